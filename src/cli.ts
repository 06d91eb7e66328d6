#!/usr/bin/env node
/** The executable: arguments in, exit status out. Nothing else sets it. */
import { main } from "./command-line/main.ts";

process.exitCode = await main(process.argv.slice(2));
