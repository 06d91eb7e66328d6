/** The page of one image. */
import { useEffect } from "preact/hooks";

import type { ImagePage } from "../../src/report/html/page-data.ts";
import { formatCount } from "../../src/terminal/format-bytes.ts";
import { Foot, Frame } from "./parts/navigation.tsx";
import type { Place } from "./parts/navigation.tsx";
import type { ImageTree } from "./read/image-tree.ts";
import { ConfigSection, HistorySection } from "./sections/config.tsx";
import { DuplicateSection } from "./sections/duplicates.tsx";
import { FilesSection } from "./sections/files.tsx";
import { GateSection } from "./sections/gate.tsx";
import { ImageHead } from "./sections/head.tsx";
import { LayerSection } from "./sections/layers.tsx";
import { PackageSection } from "./sections/packages.tsx";
import { SecretSection } from "./sections/secrets.tsx";
import { UnneededSection } from "./sections/unneeded.tsx";
import { WarningSection } from "./sections/warnings.tsx";
import { WasteSection } from "./sections/waste.tsx";

export interface ViewProps {
  readonly data: ImagePage;
  readonly tree: ImageTree;
}

export function ImageView({ data, tree }: ViewProps) {
  useAnchor();
  const packages = <PackageSection data={data} />;
  const isFocused = data.focus === "packages";
  return (
    <Frame head={<ImageHead data={data} tree={tree} />} places={placesOf(data)}>
      {isFocused && packages}
      <FilesSection data={data} tree={tree} />
      <GateSection data={data} />
      <LayerSection data={data} />
      <WasteSection data={data} />
      {!isFocused && packages}
      <UnneededSection data={data} />
      <SecretSection data={data} />
      <DuplicateSection data={data} tree={tree} />
      <ConfigSection data={data} />
      <HistorySection data={data} />
      <WarningSection data={data} />
      <Foot tool={data.tool} made={data.made} />
    </Frame>
  );
}

function placesOf({ focus, gate, layers, wasteGroups, packages, unneeded, secrets, duplicates, warnings, incomplete }: ImagePage): Place[] {
  const files = { id: "files", title: "Files" };
  const owners = { id: "packages", title: "Packages", count: formatCount(packages.length) };
  return [
    ...(focus === "packages" ? [owners, files] : [files]),
    ...(gate === null ? [] : [{ id: "gate", title: "Gate", count: formatCount(gate.rules.length) }]),
    { id: "layers", title: "Layers", count: formatCount(layers.length) },
    ...(wasteGroups.length === 0 ? [] : [{ id: "waste", title: "Waste", count: formatCount(wasteGroups.length) }]),
    ...(focus === "packages" ? [] : [owners]),
    ...(unneeded.length === 0 ? [] : [{ id: "unneeded", title: "Not needed", count: formatCount(unneeded.length) }]),
    ...(secrets === null ? [] : [{ id: "secrets", title: "Secrets", count: formatCount(secrets.length) }]),
    ...(duplicates.length === 0 ? [] : [{ id: "duplicates", title: "Duplicates", count: formatCount(duplicates.length) }]),
    { id: "config", title: "Config" },
    { id: "history", title: "History" },
    ...(warnings.length + incomplete.length === 0
      ? []
      : [{ id: "warnings", title: "Warnings", count: formatCount(warnings.length + incomplete.length) }]),
  ];
}

/** Scrolls to the section in the address, which did not exist yet when the browser looked for it. */
function useAnchor(): void {
  useEffect(() => {
    const { hash } = location;
    if (/^#[a-z]/.test(hash)) document.getElementById(hash.slice(1))?.scrollIntoView();
  }, []);
}
