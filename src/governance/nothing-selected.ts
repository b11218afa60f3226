/** A warning for whoever has selected functions. */
export const NOTHING_SELECTED = {
  id: 'cdk-lambda-warmer:nothingSelected',
  text: 'The selector matches no function here, so nothing is kept warm by it. Look for a mistake in it, or remove what uses it.',
};
