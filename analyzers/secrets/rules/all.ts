import type { SecretRule } from "../match/rule.ts";
import { aiRules } from "./providers/ai.ts";
import { cloudRules } from "./providers/cloud.ts";
import { dataRules } from "./providers/data.ts";
import { hostingRules } from "./providers/hosting.ts";
import { vaultRules } from "./providers/vaults.ts";
import { callRules } from "./calls.ts";
import { databaseRules } from "./databases.ts";
import { deviceRules } from "./devices.ts";
import { keyRules } from "./keys.ts";
import { messagingRules } from "./providers/messaging.ts";
import { monitoringRules } from "./providers/monitoring.ts";
import { packageRules } from "./providers/packages.ts";
import { paymentRules } from "./providers/payments.ts";
import { placeRules } from "./places.ts";
import { serviceRules } from "./providers/services.ts";
import { sourceControlRules } from "./providers/source-control.ts";
import { toolRules } from "./providers/tools.ts";
import { webRules } from "./web.ts";

/** Every built-in rule. If two match at one place, the longer match wins. */
export const builtinRules: readonly SecretRule[] = [
  ...keyRules,
  ...webRules,
  ...databaseRules,
  ...callRules,
  ...placeRules,
  ...deviceRules,
  ...cloudRules,
  ...hostingRules,
  ...dataRules,
  ...vaultRules,
  ...sourceControlRules,
  ...packageRules,
  ...toolRules,
  ...paymentRules,
  ...messagingRules,
  ...aiRules,
  ...monitoringRules,
  ...serviceRules,
];
