// Loaded into an agent by a test: from then on it forgets nothing, four kilobytes with every second.

const kept: number[][] = [];
setInterval(() => kept.push(Array.from({ length: 512 }, () => Math.random())), 1_000);
