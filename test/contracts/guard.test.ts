import { fileURLToPath } from 'node:url';
import { guardProcess } from '../support/guard-process.js';
import { PYTHON } from '../support/python.js';
import { describeGuard } from './guard.contract.js';

const worker = (file: string): string => fileURLToPath(new URL(`../support/${file}`, import.meta.url));

describeGuard('Node', guardProcess(process.execPath, worker('guarded-worker-process.mjs')));
describeGuard(
  'Python',
  PYTHON === undefined ? undefined : guardProcess(PYTHON, '-B', '-W', 'error', worker('guarded_worker.py')),
);
