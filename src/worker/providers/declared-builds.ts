/** Build and test types that are known, and not to be had in this version. */
import type { ActionTypeDeclaration } from "../provider.ts";
import { declare, exactly, NOT_IN_THIS_VERSION, optional, required } from "./declare.ts";

export const declaredBuilds: readonly ActionTypeDeclaration[] = [
  declare({
    category: "Build",
    provider: "ECRBuildAndPublish",
    tier: 2,
    v2Only: true,
    inputs: exactly(1),
    properties: [...required("ECRRepositoryName"), ...optional("ImageTags DockerFilePath RegistryType")],
    outputVariables: ["ECRImageDigestId", "ECRRepositoryName"],
    needs: [NOT_IN_THIS_VERSION],
  }),
  declare({
    category: "Test",
    provider: "DeviceFarm",
    tier: 3,
    inputs: exactly(1),
    properties: [
      ...required("ProjectId DevicePoolArn AppType TestType"),
      ...optional(
        "App Test TestSpec AdditionalData FuzzEventCount FuzzEventThrottle FuzzRandomizerSeed " +
          "CustomHostMachineArtifacts CustomDeviceArtifacts UnmeteredDevicesOnly JobTimeoutMinutes Latitude " +
          "Longitude RadioBluetoothEnabled RadioGpsEnabled RadioNfcEnabled RadioWifiEnabled " +
          "RecordAppPerformanceData RecordVideo",
      ),
    ],
    needs: [NOT_IN_THIS_VERSION],
  }),
];
