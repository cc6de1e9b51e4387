/** Whether a resource is of an account. Action types of AWS and tag calls of some clients name none (api.md §2.1). */
export function isOfAccount(resource: string, account: string): boolean {
  if (resource === "*") return true;
  const owner = resource.split(":", 5)[4];
  return owner === account || owner === "";
}
