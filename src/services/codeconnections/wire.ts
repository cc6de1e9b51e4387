/** Connections and hosts as they are answered. AWS's types lack the providers that Millrace adds (S7.4). */
import type { Connection, Host, VpcConfiguration } from "@aws-sdk/client-codestar-connections";
import type { Connection as Kept, Host as KeptHost } from "../../core/connections/index.ts";

export function toConnection({ name, arn, providerType, scope, status, hostArn }: Kept): Connection {
  return {
    ConnectionName: name,
    ConnectionArn: arn,
    ProviderType: providerType as Connection["ProviderType"],
    OwnerAccountId: scope.account,
    ConnectionStatus: status,
    ...(hostArn !== undefined && { HostArn: hostArn }),
  };
}

export function toHost({ name, arn, providerType, endpoint, vpc, status }: KeptHost): Host {
  return {
    Name: name,
    HostArn: arn,
    ProviderType: providerType as Host["ProviderType"],
    ProviderEndpoint: endpoint,
    ...(vpc !== undefined && { VpcConfiguration: vpc as VpcConfiguration }),
    Status: status,
  };
}
