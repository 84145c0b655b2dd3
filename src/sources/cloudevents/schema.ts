import { z } from 'zod';

const Attribute = z.string().min(1).max(2_000);

/** One CloudEvent 1.0 in its JSON form. Extensions are further members: text, numbers or truths. */
export const CloudEvent = z.looseObject({
  specversion: z.literal('1.0', 'must be "1.0"'),
  id: Attribute,
  source: Attribute,
  type: Attribute,
  time: z.string().nullish(),
  subject: z.string().nullish(),
  datacontenttype: z.string().nullish(),
  data: z.unknown().optional(),
  data_base64: z.base64().nullish(),
});
export type CloudEvent = z.infer<typeof CloudEvent>;

/** A post holds one event or, as a batch, any number. */
export const CloudEventsBody = z.union([z.array(CloudEvent), CloudEvent]);
