/** What is shown when the renderer itself is not there: nothing about any building, and it looks again by itself. */
export const bundledPage = `<!doctype html>
<html lang="el">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="10">
<title>New Concierge</title>
<style>
html { height: 100%; background: #10151c; color: #f2efe8; font-family: sans-serif }
body { height: 100%; margin: 0; display: grid; place-content: center; text-align: center; gap: 2vmin }
p { margin: 0; font-size: 5vmin } p[lang="en"] { font-size: 3.5vmin; opacity: 0.75 }
</style>
</head>
<body>
<p>Η οθόνη δεν είναι διαθέσιμη αυτή τη στιγμή</p>
<p lang="en">This screen is not available right now</p>
</body>
</html>
`;
