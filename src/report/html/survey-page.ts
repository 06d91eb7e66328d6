/** A survey as the page's document and columns: registries, repositories, images, and what each image shares with others. */
import type { HeldImage } from "../../../analyzers/ledger/holding.ts";
import type { ImageShare } from "../../../analyzers/ledger/model.ts";
import type { Survey, SurveyedImage } from "../../../analyzers/survey/survey.ts";
import { toolName, toolVersion } from "../../base/version.ts";
import { plural } from "../../terminal/format-bytes.ts";
import { sanitize } from "../../terminal/sanitize.ts";
import { EntryType } from "../../tar/entry.ts";
import { Column } from "./columns.ts";
import { packPage } from "./pack.ts";
import type { Columns, SurveyPage, SurveyPageImage } from "./page-data.ts";
import { kind, nodesInOrder, PathNode, shapeColumns } from "./path-tree.ts";
import { fillTemplate } from "./template.ts";

export async function renderSurveyHtml(survey: Survey): Promise<string> {
  const { ledger, images, secrets, unreadable, artifacts, leftOut, analysed } = survey;
  const shares = new Map(ledger.images.map((row) => [row.image, row]));
  const document: Omit<SurveyPage, "columns"> = {
    kind: "survey",
    tool: { name: toolName, version: toolVersion },
    made: new Date().toISOString(),
    totals: { ...ledger.totals, artifacts, leftOut },
    analysed,
    images: images.map((image) => imageRow(image, shares.get(image.held)!)),
    repositories: ledger.repositories,
    layersByUse: ledger.layersByUse,
    families: ledger.families.map(({ images: count, layers, bytes, base, names }) => ({
      images: count,
      layers,
      bytes,
      base,
      names: names.slice(0, 5),
    })),
    staleBases: ledger.staleBases,
    identical: ledger.identical.map(({ names }) => names),
    secrets:
      secrets?.map(({ locations: [place], ...secret }) => ({ ...secret, place: place?.path ?? place?.key ?? place?.surface ?? "" })) ??
      null,
    unreadable,
  };
  const title = `Ballast: survey of ${plural(ledger.totals.images, "image")}`;
  return fillTemplate(title, await packPage(document, imageColumns(survey, shares)));
}

function imageRow({ name, names, held, figures, verdict, unreadable }: SurveyedImage, share: ImageShare): SurveyPageImage {
  const { bytes, exclusiveBytes } = share;
  const { platform, created, layers } = held;
  return { name, tags: names.length, platform, created, layers: layers.length, bytes, exclusiveBytes, figures, verdict, unreadable };
}

/** Of a leaf: the image's own bytes, or its part of those that it shares. */
interface Leaf {
  readonly bytes: number;
  readonly isShared: boolean;
  readonly image: number;
}

function imageColumns({ images, ledger }: Survey, shares: ReadonlyMap<HeldImage, ImageShare>): Columns {
  const uses = new Map(ledger.sharedLayers.map(({ digest, images: count }) => [digest, count]));
  const root = new PathNode<Leaf>("", null);
  for (const [image, { held, names }] of images.entries()) {
    const node = imageNode(root, names[0] ?? held.id, held);
    const shared = new Map(
      held.layers.filter(({ digest }) => uses.has(digest)).map((layer) => [layer.digest, layer.bytes / uses.get(layer.digest)!]),
    );
    const parts = [
      ["own layers", shares.get(held)!.exclusiveBytes, false],
      ["shared layers", Math.round([...shared.values()].reduce((sum, bytes) => sum + bytes, 0)), true],
    ] as const;
    for (const [name, bytes, isShared] of parts) if (bytes > 0) node.reach(name).item = { bytes, isShared, image };
  }
  const nodes = nodesInOrder(root);
  const [bytes, image] = [new Column(), new Column()];
  for (const { item } of nodes) {
    bytes.unsigned(item?.bytes ?? 0);
    image.unsigned(item === null ? 0 : item.image + 1);
  }
  const shared = Uint8Array.from(nodes, ({ item }) => (item?.isShared === true ? 1 : 0));
  const kindOf = ({ item }: PathNode<Leaf>): number => kind(item === null ? EntryType.directory : EntryType.file);
  return { ...shapeColumns(nodes, kindOf), bytes: bytes.bytes, image: image.bytes, shared };
}

/** `registry`, `team`, `app`, `1`: with the platform where the tag has several. */
function imageNode(root: PathNode<Leaf>, name: string, held: HeldImage): PathNode<Leaf> {
  const [, repository = name, tag = held.id] = /^(.*?[^/])[:@]((?:sha\d+:)?[^/:@]+)$/.exec(name) ?? [];
  const above = root.reach(sanitize(repository));
  const plain = sanitize(tag);
  if (above.find(plain) === null) return above.reach(plain);
  const withPlatform = `${plain} ${held.platform.replaceAll("/", "-")}`;
  return above.reach(above.find(withPlatform) === null ? withPlatform : `${withPlatform} ${held.id.slice(7, 19)}`);
}
