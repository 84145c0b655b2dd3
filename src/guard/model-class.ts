/** The class of every model call; an order may name it. */
export const MODEL_CLASS = 'model-call';
