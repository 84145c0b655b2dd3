import { z } from 'zod';
import { ActionClassName } from '../core/action-class.js';

const Line = z.string().trim().min(1).max(150);
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE'] as const;

const Path = z
  .string()
  .max(500)
  .regex(
    /^(?:\/(?:[^/*%?#\s\\;]+|\*))+(?:\/\*\*)?$|^\/(?:\*\*)?$/u,
    'write a path from its /, decoded, with * for one segment and /** at the end for all below: /v1/refunds/*',
  );

const Route = z.strictObject({
  path: Path,
  methods: z.array(z.enum(METHODS)).default([]),
  agent: z.string().optional(),
  tool: Line.optional(),
  class: ActionClassName.optional(),
  readOnly: z.boolean().default(false),
});

const Gateway = z.strictObject({
  name: Line.max(100),
  agents: z.array(z.string()).default([]),
  maxRequestSeconds: z.number().positive().max(86_400).nullable().default(null),
  routes: z.array(Route).max(1000).default([]),
});

/** `gateways.yml`, which may be missing: then no gateway is declared. */
export const GatewaysFile = z.strictObject({ gateways: z.array(Gateway) });
