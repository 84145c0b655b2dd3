import { describeSource } from '../contracts/source.contract.js';
import { SOURCES } from '../../src/sources/registry.js';

for (const source of SOURCES.values()) describeSource(source);
