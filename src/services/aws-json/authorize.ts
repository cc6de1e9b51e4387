/** May the caller do this to that? (api.md §9) */
import { AccessError, type Need } from "../../core/access/types.ts";
import { toAwsError } from "./authenticate.ts";
import type { Call } from "./operation.ts";
import type { AnyOperation, Service } from "./service.ts";

/** What an operation needs where its rule names no action of another. */
export type Permission = Pick<Need, "action" | "otherActions">;

export function permissionOf(service: Service, operation: string): Permission {
  const otherActions = service.otherPermissions?.(operation);
  return { action: service.permission(operation), ...(otherActions && { otherActions }) };
}

/** @throws AwsError AccessDeniedException */
export async function authorize(
  permission: Permission,
  operation: AnyOperation,
  input: unknown,
  call: Call,
): Promise<void> {
  const needs = operation
    .authorization(input as never, call)
    .map((need) =>
      need.action === undefined ? { ...need, ...permission } : { ...need, action: need.action },
    );

  try {
    await call.core.access.authorize(call.caller, permission.action, needs, call.circumstances);
  } catch (error) {
    throw error instanceof AccessError ? toAwsError(error) : error;
  }
}
