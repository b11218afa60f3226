/** The logical ids that a piece of a template names by its own functions: `Ref`, `Fn::GetAtt` and `Fn::Sub`. */
export function logicalIdsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => [...namedBy(key, inner), ...logicalIdsIn(inner)]);
}

function namedBy(name: string, value: unknown): string[] {
  const text = String(Array.isArray(value) ? value[0] : value);
  switch (name) {
    case 'Ref':
      return [text];
    case 'Fn::GetAtt':
      return [text.split('.')[0]];
    case 'Fn::Sub':
      return [...text.matchAll(/\$\{(\w+)/g)].map(([, id]) => id);
    default:
      return [];
  }
}
