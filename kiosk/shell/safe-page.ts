/**
 * The last step of the ladder: a page without script, fonts or state, so that nothing which ailed the real one can ail it. It says nothing
 * about the building, because nobody knows any more what is true.
 */
export const safePage = `<!doctype html>
<html lang="el">
<head>
<meta charset="utf-8">
<title>New Concierge</title>
<style>
html { height: 100%; background: #10151c; color: #f2efe8; font-family: sans-serif; cursor: none }
body { height: 100%; margin: 0; display: grid; place-content: center; text-align: center; gap: 3vmin }
p { margin: 0; font-size: 5vmin }
p[lang="en"] { font-size: 3.5vmin; opacity: 0.8 }
</style>
</head>
<body>
<p>Η οθόνη δεν λειτουργεί αυτή τη στιγμή</p>
<p>Σε ανάγκη καλέστε 112</p>
<p lang="en">This screen is out of order. In an emergency call 112</p>
</body>
</html>
`;
