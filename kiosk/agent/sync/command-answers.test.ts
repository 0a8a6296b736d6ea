import type { CommandResult } from '@concierge/contract/mqtt/command.ts';
import { expect, it } from 'vitest';
import { createCommandAnswers } from './command-answers.ts';

const result = (id: string): CommandResult => ({ id, outcome: 'done', at: '2026-11-21T12:00:00.000Z' });

function answering() {
  const line = { up: true };
  const told: string[] = [];
  const answers = createCommandAnswers({
    deviceId: '11111111-1111-4111-8111-111111111111',
    async publish({ topic, payload, retain }) {
      if (line.up) told.push(`${topic.slice(topic.lastIndexOf('/cmd/') + 5)} ${String(payload).includes('"done"')} ${retain}`);
      return line.up;
    },
  });
  return { line, told, answers };
}

it('is told at once', async () => {
  const { told, answers } = answering();
  await answers.answer(result('one'));
  await answers.connected();
  expect(told).toEqual(['one/result true false']);
});

it('is told with the next connection when the line was down, once, in its order', async () => {
  const { line, told, answers } = answering();
  line.up = false;
  await answers.answer(result('one'));
  await answers.answer(result('two'));
  await answers.connected();
  expect(told).toEqual([]);
  line.up = true;
  await answers.connected();
  await answers.connected();
  expect(told).toEqual(['one/result true false', 'two/result true false']);
});

it('is not kept without end', async () => {
  const { line, told, answers } = answering();
  line.up = false;
  for (let number = 0; number < 100; number += 1) await answers.answer(result(`${number}`));
  line.up = true;
  await answers.connected();
  expect(told).toHaveLength(20);
  expect(told.at(-1)).toContain('99/');
});
