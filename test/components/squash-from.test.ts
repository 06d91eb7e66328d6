import { testSquashedTrees } from "../helpers/components/squashed-trees.ts";

testSquashedTrees("--from", "1");
