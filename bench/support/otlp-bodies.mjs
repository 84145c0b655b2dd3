/** Bodies as the OpenTelemetry project's own exporters send them, caught by a server that only listens. */
import { createServer } from 'node:http';
import { context, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';

const EXPORTERS = { json: JsonExporter, protobuf: ProtobufExporter };
/** As a batch span processor sends them. */
const SPANS_A_BODY = 500;

/** So many bodies of 500 spans each, over so many agents; `told`: with what was said. */
export async function caughtBodies({ bodies, agents, format, told = false }) {
  const caught = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      caught.push(Buffer.concat(chunks));
      response
        .writeHead(200, { 'content-type': request.headers['content-type'] })
        .end(format === 'json' ? '{}' : '');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const exporter = new EXPORTERS[format]({ url: `http://127.0.0.1:${server.address().port}/v1/traces` });
  for (let index = 0; index < bodies; index += 1)
    await new Promise((resolve, reject) =>
      exporter.export(spansOf(index, agents, told), ({ code, error }) =>
        code === 0 ? resolve() : reject(error),
      ),
    );
  await exporter.shutdown();
  server.close();
  return caught;
}

/** Conversation after conversation. */
function spansOf(index, agents, told) {
  const ended = [];
  const processor = {
    onStart: () => undefined,
    onEnd: (span) => ended.push(span),
    shutdown: async () => undefined,
    forceFlush: async () => undefined,
  };
  const name = `agent-${index % agents}`;
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': name,
      'service.version': '1.4.2',
      'host.name': 'pod-7',
    }),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('bench', '1.0.0');
  while (ended.length < SPANS_A_BODY)
    converse(tracer, { agent: name, conversation: `conversation-${index}-${ended.length}`, told });
  return ended.slice(0, SPANS_A_BODY);
}

/** One trace of eleven spans. */
function converse(tracer, { agent, conversation, told }) {
  const shared = { 'gen_ai.agent.name': agent, 'gen_ai.conversation.id': conversation };
  const attributes = { ...shared, 'gen_ai.operation.name': 'invoke_agent' };
  const root = tracer.startSpan(`invoke_agent ${agent}`, { kind: 0, attributes });
  const within = trace.setSpan(context.active(), root);
  for (let turn = 0; turn < 5; turn += 1) {
    const said = told ? saidInChat(conversation, turn) : {};
    const done = told ? saidByTool(conversation, turn) : {};
    chat(tracer, within, { ...shared, ...said, 'gen_ai.response.id': `chatcmpl-${conversation}-${turn}` });
    tool(tracer, within, { ...shared, ...done, 'gen_ai.tool.call.id': `call-${conversation}-${turn}` });
  }
  root.end();
}

function chat(tracer, within, shared) {
  const attributes = {
    ...shared,
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.request.temperature': 0.2,
    'gen_ai.usage.input_tokens': 1_200,
    'gen_ai.usage.output_tokens': 240,
    'gen_ai.usage.cost.amount': 0.000_4,
    'gen_ai.usage.cost.currency': 'USD',
    'server.address': 'api.example.com',
    'server.port': 443,
  };
  tracer.startSpan('chat gpt-4o-mini', { kind: 2, attributes }, within).end();
}

function tool(tracer, within, shared) {
  const attributes = {
    ...shared,
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'stripe.refund',
    'gen_ai.tool.type': 'function',
    'agent.action.class': 'external-api-call',
  };
  tracer.startSpan('execute_tool stripe.refund', { kind: 0, attributes }, within).end();
}

/** About a kilobyte: a question with its instructions, and an answer. */
function saidInChat(conversation, turn) {
  const asked =
    `Refund the order of ${conversation}, step ${turn}: ` + 'check the policy before you act. '.repeat(14);
  const answered =
    `Step ${turn} of ${conversation}: ` + 'the order qualifies, and I call the tool. '.repeat(7);
  return {
    'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: asked }] }]),
    'gen_ai.output.messages': JSON.stringify([
      { role: 'assistant', parts: [{ type: 'text', content: answered }], finish_reason: 'stop' },
    ]),
  };
}

function saidByTool(conversation, turn) {
  return {
    'gen_ai.tool.call.arguments': JSON.stringify({ order: conversation, cents: 100 * turn }),
    'gen_ai.tool.call.result': JSON.stringify({ status: 'succeeded', id: `re_${conversation}_${turn}` }),
  };
}
