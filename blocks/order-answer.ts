/** The first answer to an order, for the one who gave it. */
import { answerSentence, answerWarnings, type AnsweredOrder } from '../src/core/order-answer.js';
import { join, say } from './escape.js';
import { when } from './parts.js';

export function orderAnswer(order: AnsweredOrder): { readonly text: string } {
  const symbol = order.drill ? '🎭' : '🛑';
  const [before = '', ...after] = answerSentence(order).split(order.haltId);
  const lines = [
    say`${symbol} ${before}*${order.haltId}*${after.join(order.haltId)}`,
    ...when(!order.recorded, say`🚨 *The record failed.*`),
    ...answerWarnings(order).map((warning) => say`⚠️ ${warning}`),
  ];
  return { text: join(lines, '\n').mrkdwn };
}
