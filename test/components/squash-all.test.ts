import { testSquashedTrees } from "../helpers/components/squashed-trees.ts";

testSquashedTrees("--all");
