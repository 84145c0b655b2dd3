/** Not OTLP at all: sending it again does not help (400). */
export class InvalidOtlp extends Error {
  override readonly name = 'InvalidOtlp';
}

/** More bytes than we take, counted after decompression (413). */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}
