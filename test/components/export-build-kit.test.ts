import { testExportedTree } from "../helpers/components/exported-trees.ts";

testExportedTree("build-kit");
