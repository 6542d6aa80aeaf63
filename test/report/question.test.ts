import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { terminalQuestioner } from '../../src/report/question.ts';

function terminal() {
  const input = new PassThrough();
  let shown = '';
  const output = { write: (text: string) => (shown += text) };
  return { input, questions: terminalQuestioner(input, output), shown: () => shown };
}

test('bug: lines that were pasted at once answer the next questions, too', async () => {
  const { input, questions } = terminal();
  input.write('one\ntwo\r\n\nfour');
  expect(await questions.ask({ text: 'First' })).toBe('one');
  expect(await questions.ask({ text: 'Second' })).toBe('two');
  expect(await questions.ask({ text: 'Third', guess: 'three' })).toBe('three');
  const fourth = questions.ask({ text: 'Fourth' });
  input.write('teen\n');
  expect(await fourth).toBe('fourteen');
});

test('an answer that is refused is asked for again, and the next pasted line is taken', async () => {
  const { input, questions, shown } = terminal();
  input.write('no\nyes\n');
  const problem = (answer: string) => (answer === 'yes' ? undefined : 'Say yes.');
  expect(await questions.ask({ text: 'Well', problem })).toBe('yes');
  expect(shown()).toBe('Well:   Say yes.\nWell: ');
});

test('a character that comes in two parts is one', async () => {
  const { input, questions } = terminal();
  const bytes = Buffer.from('Jürgen\n');
  input.write(bytes.subarray(0, 2));
  input.write(bytes.subarray(2));
  expect(await questions.ask({ text: 'Name' })).toBe('Jürgen');
});

test.each([
  ['before the question', (input: PassThrough) => input.end()],
  ['after half a line', (input: PassThrough) => input.end('half')],
  ['with an error', (input: PassThrough) => input.destroy(new Error('EIO'))],
])('the input that ends %s is no answer', async (_, end) => {
  const { input, questions } = terminal();
  end(input);
  const asked = () => questions.ask({ text: 'Name', guess: 'Jane' });
  await expect(asked()).rejects.toMatchObject({ code: 'no-answer' });
  await expect(asked()).rejects.toMatchObject({ code: 'no-answer' });
});
