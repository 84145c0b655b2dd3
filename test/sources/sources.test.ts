import { describeSource } from '../contracts/source.contract.js';
import { FORMATS } from '../../src/sources/registry.js';

for (const source of Object.values(FORMATS)) describeSource(source);
