# fish completion for ballast
complete -c ballast -n __fish_use_subcommand -a explore -d 'Look around in an image (the default)'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l platform -d 'Which image of several: os/arch[/variant] [$BALLAST_PLATFORM]' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l no-verify -d 'Do not check digests, sizes and diff IDs; --no-verify reads a damaged image all the same'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l no-cache -d 'Do not keep what is learned of layers between runs'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l max-ratio -d 'How far a layer may unpack before it counts as a bomb, in bytes per stored byte' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l quiet -s q -d 'Show no progress'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l host -d 'Address of the engine: unix://, tcp://, ssh:// or npipe://' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l pull -d 'Let the engine pull an image that it does not have'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l username -d 'Account at the registry' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l password-stdin -d 'Read the password for --username from standard input'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l authfile -d 'Take credentials from this auth file of docker or podman [$REGISTRY_AUTH_FILE]' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l ca -d 'Trust the certificate authorities in this PEM file, beside the system\'s' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l cert-dir -d 'Directory of *.crt, *.cert and *.key for the registry' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l insecure -d 'Accept any certificate, and plain HTTP, from the registry'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l address -d 'Socket of containerd [$CONTAINERD_ADDRESS]' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l timeout -d 'Time without a byte after which a connection counts as hung: seconds, 90s, 5m [$BALLAST_TIMEOUT]' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l secrets -d 'Where to look: nowhere, in config and history, or in every file too (default: full)' -x -a 'off config full'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l secret-rules -d 'Add rules of your own, in gitleaks\' TOML form [$BALLAST_SECRET_RULES]' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l secrets-baseline -d 'Leave out the findings of this JSON report [$BALLAST_SECRETS_BASELINE]' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l base -d 'The base image, to tell its layers from yours [$BALLAST_BASE]' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l dockerfile -d 'The Dockerfile that the image was built from: findings then name its lines' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l target -d 'Stage that was built; the last one by default' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l build-arg -d 'Build argument that the build was given (repeatable)' -r
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l format -d 'FORMAT or FORMAT=FILE, one of text, json, markdown, html, sarif, junit, github, codequality, dive (repeatable)' -x -a 'text json markdown html sarif junit github codequality dive'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l json -s j -d 'Short for --format json'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l files -d 'Add the merged tree to the JSON'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l no-duplicates -d 'Do not look for equal files at different paths'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l all -d 'Every row of the text report instead of the largest'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l color -d 'Colour the text report' -x -a 'auto always never'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l source -d 'Where the image lies' -x -a 'docker podman docker-archive docker-tar'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l ignore-errors -s i -d 'Accepted, without effect: --no-verify reads a damaged image'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l view -d 'Tab of the terminal UI to begin with [$BALLAST_VIEW]' -x -a 'summary files waste secrets duplicates plan config packages'
complete -c ballast -n 'not __fish_seen_subcommand_from analyze check secrets packages diff squash optimize fix build export survey worker completion' -l theme -d 'Colours of the terminal UI [$BALLAST_THEME]' -x -a 'auto dark light high-contrast color-blind monochrome'
complete -c ballast -n __fish_use_subcommand -a analyze -d 'Report layers, waste, duplicates, caches and secrets'
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l platform -d 'Which image of several: os/arch[/variant] [$BALLAST_PLATFORM]' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l no-verify -d 'Do not check digests, sizes and diff IDs; --no-verify reads a damaged image all the same'
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l no-cache -d 'Do not keep what is learned of layers between runs'
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l max-ratio -d 'How far a layer may unpack before it counts as a bomb, in bytes per stored byte' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l quiet -s q -d 'Show no progress'
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l host -d 'Address of the engine: unix://, tcp://, ssh:// or npipe://' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l pull -d 'Let the engine pull an image that it does not have'
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l username -d 'Account at the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l password-stdin -d 'Read the password for --username from standard input'
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l authfile -d 'Take credentials from this auth file of docker or podman [$REGISTRY_AUTH_FILE]' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l ca -d 'Trust the certificate authorities in this PEM file, beside the system\'s' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l cert-dir -d 'Directory of *.crt, *.cert and *.key for the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l insecure -d 'Accept any certificate, and plain HTTP, from the registry'
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l address -d 'Socket of containerd [$CONTAINERD_ADDRESS]' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l timeout -d 'Time without a byte after which a connection counts as hung: seconds, 90s, 5m [$BALLAST_TIMEOUT]' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l secrets -d 'Where to look: nowhere, in config and history, or in every file too (default: full)' -x -a 'off config full'
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l secret-rules -d 'Add rules of your own, in gitleaks\' TOML form [$BALLAST_SECRET_RULES]' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l secrets-baseline -d 'Leave out the findings of this JSON report [$BALLAST_SECRETS_BASELINE]' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l base -d 'The base image, to tell its layers from yours [$BALLAST_BASE]' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l dockerfile -d 'The Dockerfile that the image was built from: findings then name its lines' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l target -d 'Stage that was built; the last one by default' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l build-arg -d 'Build argument that the build was given (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l format -d 'FORMAT or FORMAT=FILE, one of text, json, markdown, html, sarif, junit, github, codequality, dive (repeatable)' -x -a 'text json markdown html sarif junit github codequality dive'
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l json -s j -d 'Short for --format json'
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l files -d 'Add the merged tree to the JSON'
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l no-duplicates -d 'Do not look for equal files at different paths'
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l all -d 'Every row of the text report instead of the largest'
complete -c ballast -n '__fish_seen_subcommand_from analyze' -l color -d 'Colour the text report' -x -a 'auto always never'
complete -c ballast -n __fish_use_subcommand -a check -d 'Pass or fail an image by rules, for a pipeline'
complete -c ballast -n '__fish_seen_subcommand_from check' -l platform -d 'Which image of several: os/arch[/variant] [$BALLAST_PLATFORM]' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l no-verify -d 'Do not check digests, sizes and diff IDs; --no-verify reads a damaged image all the same'
complete -c ballast -n '__fish_seen_subcommand_from check' -l no-cache -d 'Do not keep what is learned of layers between runs'
complete -c ballast -n '__fish_seen_subcommand_from check' -l max-ratio -d 'How far a layer may unpack before it counts as a bomb, in bytes per stored byte' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l quiet -s q -d 'Show no progress'
complete -c ballast -n '__fish_seen_subcommand_from check' -l host -d 'Address of the engine: unix://, tcp://, ssh:// or npipe://' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l pull -d 'Let the engine pull an image that it does not have'
complete -c ballast -n '__fish_seen_subcommand_from check' -l username -d 'Account at the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l password-stdin -d 'Read the password for --username from standard input'
complete -c ballast -n '__fish_seen_subcommand_from check' -l authfile -d 'Take credentials from this auth file of docker or podman [$REGISTRY_AUTH_FILE]' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l ca -d 'Trust the certificate authorities in this PEM file, beside the system\'s' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l cert-dir -d 'Directory of *.crt, *.cert and *.key for the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l insecure -d 'Accept any certificate, and plain HTTP, from the registry'
complete -c ballast -n '__fish_seen_subcommand_from check' -l address -d 'Socket of containerd [$CONTAINERD_ADDRESS]' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l timeout -d 'Time without a byte after which a connection counts as hung: seconds, 90s, 5m [$BALLAST_TIMEOUT]' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l secrets -d 'Where to look: nowhere, in config and history, or in every file too (default: full)' -x -a 'off config full'
complete -c ballast -n '__fish_seen_subcommand_from check' -l secret-rules -d 'Add rules of your own, in gitleaks\' TOML form [$BALLAST_SECRET_RULES]' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l secrets-baseline -d 'Leave out the findings of this JSON report [$BALLAST_SECRETS_BASELINE]' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l base -d 'The base image, to tell its layers from yours [$BALLAST_BASE]' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l dockerfile -d 'The Dockerfile that the image was built from: findings then name its lines' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l target -d 'Stage that was built; the last one by default' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l build-arg -d 'Build argument that the build was given (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l config -d 'File to read instead of the nearest .ballast.yaml or .dive-ci [$BALLAST_CONFIG]' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l fail -d 'Fail when the rule is past its threshold; RULE=off switches it off (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l warn -d 'Warn when the rule is past its threshold (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l rules -d 'Defaults for rules that are not set: Ballast\'s, dive\'s three alone, or none' -x -a 'ballast dive none'
complete -c ballast -n '__fish_seen_subcommand_from check' -l allow-empty -d 'Pass where no rule is set at all'
complete -c ballast -n '__fish_seen_subcommand_from check' -l baseline -d 'Image or JSON report that growth is measured against [$BALLAST_BASELINE]' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l explain -d 'Explain what a rule means and how to fix it; without RULE, list all rules' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l init -d 'Write a commented .ballast.yaml fitted to the image'
complete -c ballast -n '__fish_seen_subcommand_from check' -l force -d 'Let --init overwrite .ballast.yaml'
complete -c ballast -n '__fish_seen_subcommand_from check' -l ci -d 'Apply dive\'s three rules too, with dive\'s defaults'
complete -c ballast -n '__fish_seen_subcommand_from check' -l ci-config -d 'Read the rules of this .dive-ci file [$DIVE_CI_CONFIG]' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l lowestEfficiency -d 'Lowest efficiency by dive\'s formula, 0 to 1' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l highestWastedBytes -d 'Most wasted bytes by dive\'s formula' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l highestUserWastedPercent -d 'Most wasted part of the upper layers by dive\'s formula, 0 to 1' -r
complete -c ballast -n '__fish_seen_subcommand_from check' -l source -d 'Where the image lies' -x -a 'docker podman docker-archive docker-tar'
complete -c ballast -n '__fish_seen_subcommand_from check' -l ignore-errors -s i -d 'Accepted, without effect: --no-verify reads a damaged image'
complete -c ballast -n '__fish_seen_subcommand_from check' -l format -d 'FORMAT or FORMAT=FILE, one of text, json, markdown, html, sarif, junit, github, codequality, dive (repeatable)' -x -a 'text json markdown html sarif junit github codequality dive'
complete -c ballast -n '__fish_seen_subcommand_from check' -l json -s j -d 'Short for --format json'
complete -c ballast -n '__fish_seen_subcommand_from check' -l files -d 'Add the merged tree to the JSON'
complete -c ballast -n '__fish_seen_subcommand_from check' -l no-duplicates -d 'Do not look for equal files at different paths'
complete -c ballast -n '__fish_seen_subcommand_from check' -l all -d 'Every row of the text report instead of the largest'
complete -c ballast -n '__fish_seen_subcommand_from check' -l color -d 'Colour the text report' -x -a 'auto always never'
complete -c ballast -n __fish_use_subcommand -a secrets -d 'Find the secrets an image leaks, also in deleted files'
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l platform -d 'Which image of several: os/arch[/variant] [$BALLAST_PLATFORM]' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l no-verify -d 'Do not check digests, sizes and diff IDs; --no-verify reads a damaged image all the same'
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l no-cache -d 'Do not keep what is learned of layers between runs'
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l max-ratio -d 'How far a layer may unpack before it counts as a bomb, in bytes per stored byte' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l quiet -s q -d 'Show no progress'
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l host -d 'Address of the engine: unix://, tcp://, ssh:// or npipe://' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l pull -d 'Let the engine pull an image that it does not have'
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l username -d 'Account at the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l password-stdin -d 'Read the password for --username from standard input'
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l authfile -d 'Take credentials from this auth file of docker or podman [$REGISTRY_AUTH_FILE]' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l ca -d 'Trust the certificate authorities in this PEM file, beside the system\'s' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l cert-dir -d 'Directory of *.crt, *.cert and *.key for the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l insecure -d 'Accept any certificate, and plain HTTP, from the registry'
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l address -d 'Socket of containerd [$CONTAINERD_ADDRESS]' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l timeout -d 'Time without a byte after which a connection counts as hung: seconds, 90s, 5m [$BALLAST_TIMEOUT]' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l secrets -d 'Where to look: nowhere, in config and history, or in every file too (default: full)' -x -a 'off config full'
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l secret-rules -d 'Add rules of your own, in gitleaks\' TOML form [$BALLAST_SECRET_RULES]' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l secrets-baseline -d 'Leave out the findings of this JSON report [$BALLAST_SECRETS_BASELINE]' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l base -d 'The base image, to tell its layers from yours [$BALLAST_BASE]' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l dockerfile -d 'The Dockerfile that the image was built from: findings then name its lines' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l target -d 'Stage that was built; the last one by default' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l build-arg -d 'Build argument that the build was given (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l format -d 'FORMAT or FORMAT=FILE, one of text, json, sarif (repeatable)' -x -a 'text json sarif'
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l json -s j -d 'Short for --format json'
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l all -d 'Also show findings of low severity in the text report'
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l all-platforms -d 'Every platform of a multi-platform image'
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l fail-on -d 'Exit with status 1 when a finding is this severe, or worse' -x -a 'critical high medium low info'
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l config -d 'File to read instead of the nearest .ballast.yaml [$BALLAST_CONFIG]' -r
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l reveal -d 'Show the secrets themselves; on a terminal only'
complete -c ballast -n '__fish_seen_subcommand_from secrets' -l color -d 'Colour the text report' -x -a 'auto always never'
complete -c ballast -n __fish_use_subcommand -a packages -d 'Tell what every byte is for: packages, owners, reasons'
complete -c ballast -n '__fish_seen_subcommand_from packages' -l platform -d 'Which image of several: os/arch[/variant] [$BALLAST_PLATFORM]' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l no-verify -d 'Do not check digests, sizes and diff IDs; --no-verify reads a damaged image all the same'
complete -c ballast -n '__fish_seen_subcommand_from packages' -l no-cache -d 'Do not keep what is learned of layers between runs'
complete -c ballast -n '__fish_seen_subcommand_from packages' -l max-ratio -d 'How far a layer may unpack before it counts as a bomb, in bytes per stored byte' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l quiet -s q -d 'Show no progress'
complete -c ballast -n '__fish_seen_subcommand_from packages' -l host -d 'Address of the engine: unix://, tcp://, ssh:// or npipe://' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l pull -d 'Let the engine pull an image that it does not have'
complete -c ballast -n '__fish_seen_subcommand_from packages' -l username -d 'Account at the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l password-stdin -d 'Read the password for --username from standard input'
complete -c ballast -n '__fish_seen_subcommand_from packages' -l authfile -d 'Take credentials from this auth file of docker or podman [$REGISTRY_AUTH_FILE]' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l ca -d 'Trust the certificate authorities in this PEM file, beside the system\'s' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l cert-dir -d 'Directory of *.crt, *.cert and *.key for the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l insecure -d 'Accept any certificate, and plain HTTP, from the registry'
complete -c ballast -n '__fish_seen_subcommand_from packages' -l address -d 'Socket of containerd [$CONTAINERD_ADDRESS]' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l timeout -d 'Time without a byte after which a connection counts as hung: seconds, 90s, 5m [$BALLAST_TIMEOUT]' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l base -d 'The base image, to tell its layers from yours [$BALLAST_BASE]' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l dockerfile -d 'The Dockerfile that the image was built from: findings then name its lines' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l target -d 'Stage that was built; the last one by default' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l build-arg -d 'Build argument that the build was given (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l ecosystem -d 'Only packages of one ecosystem: dpkg, apk, rpm, pacman, npm, python, conda, gem, composer, go, rust, java, dotnet (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l layer -d 'Only packages that layer N brought, counted from 0' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l sort -d 'Order: own bytes, bytes with what only it brings, name or layer' -x -a 'bytes with name layer'
complete -c ballast -n '__fish_seen_subcommand_from packages' -l why -d 'Show why a package is there: the chain of packages that asked for it' -r
complete -c ballast -n '__fish_seen_subcommand_from packages' -l tree -d 'Show each package below the one that brought it'
complete -c ballast -n '__fish_seen_subcommand_from packages' -l format -d 'FORMAT or FORMAT=FILE, one of text, json, csv, markdown, html (repeatable)' -x -a 'text json csv markdown html'
complete -c ballast -n '__fish_seen_subcommand_from packages' -l json -s j -d 'Short for --format json'
complete -c ballast -n '__fish_seen_subcommand_from packages' -l all -d 'Every row of the text report instead of the largest'
complete -c ballast -n '__fish_seen_subcommand_from packages' -l color -d 'Colour the text report' -x -a 'auto always never'
complete -c ballast -n __fish_use_subcommand -a diff -d 'Compare two images, or one image at two of its layers'
complete -c ballast -n '__fish_seen_subcommand_from diff' -l platform -d 'Which image of several: os/arch[/variant] [$BALLAST_PLATFORM]' -r
complete -c ballast -n '__fish_seen_subcommand_from diff' -l no-verify -d 'Do not check digests, sizes and diff IDs; --no-verify reads a damaged image all the same'
complete -c ballast -n '__fish_seen_subcommand_from diff' -l no-cache -d 'Do not keep what is learned of layers between runs'
complete -c ballast -n '__fish_seen_subcommand_from diff' -l max-ratio -d 'How far a layer may unpack before it counts as a bomb, in bytes per stored byte' -r
complete -c ballast -n '__fish_seen_subcommand_from diff' -l quiet -s q -d 'Show no progress'
complete -c ballast -n '__fish_seen_subcommand_from diff' -l host -d 'Address of the engine: unix://, tcp://, ssh:// or npipe://' -r
complete -c ballast -n '__fish_seen_subcommand_from diff' -l pull -d 'Let the engine pull an image that it does not have'
complete -c ballast -n '__fish_seen_subcommand_from diff' -l username -d 'Account at the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from diff' -l password-stdin -d 'Read the password for --username from standard input'
complete -c ballast -n '__fish_seen_subcommand_from diff' -l authfile -d 'Take credentials from this auth file of docker or podman [$REGISTRY_AUTH_FILE]' -r
complete -c ballast -n '__fish_seen_subcommand_from diff' -l ca -d 'Trust the certificate authorities in this PEM file, beside the system\'s' -r
complete -c ballast -n '__fish_seen_subcommand_from diff' -l cert-dir -d 'Directory of *.crt, *.cert and *.key for the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from diff' -l insecure -d 'Accept any certificate, and plain HTTP, from the registry'
complete -c ballast -n '__fish_seen_subcommand_from diff' -l address -d 'Socket of containerd [$CONTAINERD_ADDRESS]' -r
complete -c ballast -n '__fish_seen_subcommand_from diff' -l timeout -d 'Time without a byte after which a connection counts as hung: seconds, 90s, 5m [$BALLAST_TIMEOUT]' -r
complete -c ballast -n '__fish_seen_subcommand_from diff' -l layers -d 'Compare one image at two of its layers: after FROM and after TO' -r
complete -c ballast -n '__fish_seen_subcommand_from diff' -l text -d 'Show the changed lines of files that match (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from diff' -l dockerfile -d 'The Dockerfile that the image was built from: findings then name its lines' -r
complete -c ballast -n '__fish_seen_subcommand_from diff' -l target -d 'Stage that was built; the last one by default' -r
complete -c ballast -n '__fish_seen_subcommand_from diff' -l build-arg -d 'Build argument that the build was given (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from diff' -l exit-code -d 'Exit with 1 when paths or config differ'
complete -c ballast -n '__fish_seen_subcommand_from diff' -l format -d 'FORMAT or FORMAT=FILE, one of text, json, markdown, html (repeatable)' -x -a 'text json markdown html'
complete -c ballast -n '__fish_seen_subcommand_from diff' -l json -s j -d 'Short for --format json'
complete -c ballast -n '__fish_seen_subcommand_from diff' -l all -d 'Every row of the text report instead of the largest'
complete -c ballast -n '__fish_seen_subcommand_from diff' -l color -d 'Colour the text report' -x -a 'auto always never'
complete -c ballast -n __fish_use_subcommand -a squash -d 'Merge layers, proved to show the same files'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l platform -d 'Which image of several: os/arch[/variant] [$BALLAST_PLATFORM]' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l no-verify -d 'Do not read the result again and compare it with the original; --no-verify does not'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l no-cache -d 'Do not keep what is learned of layers between runs'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l max-ratio -d 'How far a layer may unpack before it counts as a bomb, in bytes per stored byte' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l quiet -s q -d 'Show no progress'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l host -d 'Address of the engine: unix://, tcp://, ssh:// or npipe://' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l pull -d 'Let the engine pull an image that it does not have'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l username -d 'Account at the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l password-stdin -d 'Read the password for --username from standard input'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l authfile -d 'Take credentials from this auth file of docker or podman [$REGISTRY_AUTH_FILE]' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l ca -d 'Trust the certificate authorities in this PEM file, beside the system\'s' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l cert-dir -d 'Directory of *.crt, *.cert and *.key for the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l insecure -d 'Accept any certificate, and plain HTTP, from the registry'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l address -d 'Socket of containerd [$CONTAINERD_ADDRESS]' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l timeout -d 'Time without a byte after which a connection counts as hung: seconds, 90s, 5m [$BALLAST_TIMEOUT]' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l base -d 'The base image, to tell its layers from yours [$BALLAST_BASE]' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l output -s o -d 'Where to write: docker-archive:FILE[:TAG], oci:DIR[:TAG], docker://NAME, - and others' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l force -s f -d 'Overwrite the destination'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l all -d 'Merge all layers, the base image\'s too'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l keep-base -d 'Keep the base image\'s layers; the default when a base is known'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l from -d 'Merge this layer and all above; name it by index, prefix of its digest or diff ID, or part of its command' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l last -d 'Merge the last N layers' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l all-platforms -d 'Rewrite every image of an index'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l compression -d 'gzip[:LEVEL], zstd[:LEVEL] or none; default gzip:6, or zstd:9 where the source has zstd layers' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l order -d 'Order of files in new layers: similar ones together, or by path' -x -a 'compress path'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l manifest -d 'Family of media types; default that of the source, OCI where it has none' -x -a 'oci docker'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l history -d 'Old history rows: mark them empty, drop them, or mask the secrets in them' -x -a 'keep collapse redact'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l created -d 'Creation time of the new image: RFC 3339 or now; default the original\'s' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l set-env -d 'Set an environment variable (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l unset-env -d 'Remove an environment variable (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l label -d 'Set a label; KEY= removes it (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l entrypoint -d 'Set the entry point: a JSON array, or one word' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l cmd -d 'Set the command: a JSON array, or one word' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l user -d 'Set the user that runs the command, or user:group' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l workdir -d 'Set the working directory' -r
complete -c ballast -n '__fish_seen_subcommand_from squash' -l dry-run -d 'Print the plan with its predicted savings and write nothing'
complete -c ballast -n '__fish_seen_subcommand_from squash' -l plan -d 'Write the plan as JSON, to - for standard output' -r
complete -c ballast -n __fish_use_subcommand -a optimize -d 'Make an image smaller, in steps that each say what they save'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l platform -d 'Which image of several: os/arch[/variant] [$BALLAST_PLATFORM]' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l no-verify -d 'Do not read the result again and compare it with the original; --no-verify does not'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l no-cache -d 'Do not keep what is learned of layers between runs'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l max-ratio -d 'How far a layer may unpack before it counts as a bomb, in bytes per stored byte' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l quiet -s q -d 'Show no progress'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l host -d 'Address of the engine: unix://, tcp://, ssh:// or npipe://' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l pull -d 'Let the engine pull an image that it does not have'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l username -d 'Account at the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l password-stdin -d 'Read the password for --username from standard input'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l authfile -d 'Take credentials from this auth file of docker or podman [$REGISTRY_AUTH_FILE]' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l ca -d 'Trust the certificate authorities in this PEM file, beside the system\'s' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l cert-dir -d 'Directory of *.crt, *.cert and *.key for the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l insecure -d 'Accept any certificate, and plain HTTP, from the registry'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l address -d 'Socket of containerd [$CONTAINERD_ADDRESS]' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l timeout -d 'Time without a byte after which a connection counts as hung: seconds, 90s, 5m [$BALLAST_TIMEOUT]' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l secrets -d 'Where to look: nowhere, in config and history, or in every file too (default: full)' -x -a 'off config full'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l secret-rules -d 'Add rules of your own, in gitleaks\' TOML form [$BALLAST_SECRET_RULES]' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l secrets-baseline -d 'Leave out the findings of this JSON report [$BALLAST_SECRETS_BASELINE]' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l base -d 'The base image, to tell its layers from yours [$BALLAST_BASE]' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l dockerfile -d 'The Dockerfile that the image was built from: findings then name its lines' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l target -d 'Stage that was built; the last one by default' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l build-arg -d 'Build argument that the build was given (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l output -s o -d 'Where to write: docker-archive:FILE[:TAG], oci:DIR[:TAG], docker://NAME, - and others' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l force -s f -d 'Overwrite the destination'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l all -d 'Merge all layers, the base image\'s too'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l keep-base -d 'Keep the base image\'s layers; the default when a base is known'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l from -d 'Merge this layer and all above; name it by index, prefix of its digest or diff ID, or part of its command' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l last -d 'Merge the last N layers' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l all-platforms -d 'Rewrite every image of an index'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l compression -d 'gzip[:LEVEL], zstd[:LEVEL] or none; default gzip:6, or zstd:9 where the source has zstd layers' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l order -d 'Order of files in new layers: similar ones together, or by path' -x -a 'compress path'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l manifest -d 'Family of media types; default that of the source, OCI where it has none' -x -a 'oci docker'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l history -d 'Old history rows: mark them empty, drop them, or mask the secrets in them' -x -a 'keep collapse redact'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l created -d 'Creation time of the new image: RFC 3339 or now; default the original\'s' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l set-env -d 'Set an environment variable (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l unset-env -d 'Remove an environment variable (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l label -d 'Set a label; KEY= removes it (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l entrypoint -d 'Set the entry point: a JSON array, or one word' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l cmd -d 'Set the command: a JSON array, or one word' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l user -d 'Set the user that runs the command, or user:group' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l workdir -d 'Set the working directory' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l dry-run -d 'Print the plan with its predicted savings and write nothing'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l plan -d 'Write the plan as JSON, to - for standard output' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l drop -d 'Leftovers to drop, separated by commas, or none; there are caches, stores, temp, logs, docs, man, locales, pyc, vcs, static, maps, tests; default caches,temp' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l remove -d 'Remove paths that match (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l keep -d 'Keep paths that match, whatever other flags say (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l no-merge -d 'Do not merge the layers; --no-merge rewrites each by itself'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l no-hard-link -d 'Do not store identical files once'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l undo-metadata -d 'Take files back from the base when only their time changed; make and ninja compare times'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l scrub-secrets -d 'Remove found secrets from files, environment, labels and history'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l no-recompress -d 'Do not compress layers above the base as --compression says'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l split -d 'Layers by package and boundary instead of one, for registries'
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l boundary -d 'With --split, give paths that match a layer of their own (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from optimize' -l apply -d 'Carry out a plan that --plan wrote' -r
complete -c ballast -n __fish_use_subcommand -a fix -d 'Patch the Dockerfile, with the bytes that each change saves'
complete -c ballast -n '__fish_seen_subcommand_from fix' -l platform -d 'Which image of several: os/arch[/variant] [$BALLAST_PLATFORM]' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l verify -d 'Build the old and the new file, and keep the fixes that save what they promise'
complete -c ballast -n '__fish_seen_subcommand_from fix' -l no-cache -d 'Do not keep what is learned of layers between runs'
complete -c ballast -n '__fish_seen_subcommand_from fix' -l max-ratio -d 'How far a layer may unpack before it counts as a bomb, in bytes per stored byte' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l quiet -s q -d 'Show no progress'
complete -c ballast -n '__fish_seen_subcommand_from fix' -l host -d 'Address of the engine: unix://, tcp://, ssh:// or npipe://' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l pull -d 'Let the engine pull an image that it does not have'
complete -c ballast -n '__fish_seen_subcommand_from fix' -l username -d 'Account at the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l password-stdin -d 'Read the password for --username from standard input'
complete -c ballast -n '__fish_seen_subcommand_from fix' -l authfile -d 'Take credentials from this auth file of docker or podman [$REGISTRY_AUTH_FILE]' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l ca -d 'Trust the certificate authorities in this PEM file, beside the system\'s' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l cert-dir -d 'Directory of *.crt, *.cert and *.key for the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l insecure -d 'Accept any certificate, and plain HTTP, from the registry'
complete -c ballast -n '__fish_seen_subcommand_from fix' -l address -d 'Socket of containerd [$CONTAINERD_ADDRESS]' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l timeout -d 'Time without a byte after which a connection counts as hung: seconds, 90s, 5m [$BALLAST_TIMEOUT]' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l secrets -d 'Where to look: nowhere, in config and history, or in every file too (default: full)' -x -a 'off config full'
complete -c ballast -n '__fish_seen_subcommand_from fix' -l secret-rules -d 'Add rules of your own, in gitleaks\' TOML form [$BALLAST_SECRET_RULES]' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l secrets-baseline -d 'Leave out the findings of this JSON report [$BALLAST_SECRETS_BASELINE]' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l base -d 'The base image, to tell its layers from yours [$BALLAST_BASE]' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l dockerfile -d 'The Dockerfile that the image was built from: findings then name its lines' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l target -d 'Stage that was built; the last one by default' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l build-arg -d 'Build argument that the build was given (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l context -d 'The build\'s context, where .dockerignore lies; the Dockerfile\'s directory by default' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l patch -d 'Write the unified diff to this file; - prints the diff and nothing else' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l write -d 'Change the Dockerfile (and .dockerignore)'
complete -c ballast -n '__fish_seen_subcommand_from fix' -l only -d 'Make only these fixes: ids or rules, separated by commas (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l except -d 'Leave these fixes out (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l builder -d 'Builder for --verify; by default the first that answers' -x -a 'docker buildx podman buildah'
complete -c ballast -n '__fish_seen_subcommand_from fix' -l secret -d 'Secret for the builder, written as for docker build (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l network -d 'Network for the builder' -r
complete -c ballast -n '__fish_seen_subcommand_from fix' -l json -d 'Print fixes, advice and patch as JSON'
complete -c ballast -n '__fish_seen_subcommand_from fix' -l force -s f -d 'Overwrite the patch file'
complete -c ballast -n __fish_use_subcommand -a build -d 'Build with docker or podman, then explore or judge the image'
complete -c ballast -n '__fish_seen_subcommand_from build' -l engine -d 'Builder; docker where it is installed, else podman' -x -a 'docker podman'
complete -c ballast -n '__fish_seen_subcommand_from build' -l host -d 'Address of the engine' -r
complete -c ballast -n __fish_use_subcommand -a export -d 'Write the merged filesystem, or a part of it, as a tar'
complete -c ballast -n '__fish_seen_subcommand_from export' -l platform -d 'Which image of several: os/arch[/variant] [$BALLAST_PLATFORM]' -r
complete -c ballast -n '__fish_seen_subcommand_from export' -l no-verify -d 'Do not check digests, sizes and diff IDs; --no-verify reads a damaged image all the same'
complete -c ballast -n '__fish_seen_subcommand_from export' -l no-cache -d 'Do not keep what is learned of layers between runs'
complete -c ballast -n '__fish_seen_subcommand_from export' -l max-ratio -d 'How far a layer may unpack before it counts as a bomb, in bytes per stored byte' -r
complete -c ballast -n '__fish_seen_subcommand_from export' -l quiet -s q -d 'Show no progress'
complete -c ballast -n '__fish_seen_subcommand_from export' -l host -d 'Address of the engine: unix://, tcp://, ssh:// or npipe://' -r
complete -c ballast -n '__fish_seen_subcommand_from export' -l pull -d 'Let the engine pull an image that it does not have'
complete -c ballast -n '__fish_seen_subcommand_from export' -l username -d 'Account at the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from export' -l password-stdin -d 'Read the password for --username from standard input'
complete -c ballast -n '__fish_seen_subcommand_from export' -l authfile -d 'Take credentials from this auth file of docker or podman [$REGISTRY_AUTH_FILE]' -r
complete -c ballast -n '__fish_seen_subcommand_from export' -l ca -d 'Trust the certificate authorities in this PEM file, beside the system\'s' -r
complete -c ballast -n '__fish_seen_subcommand_from export' -l cert-dir -d 'Directory of *.crt, *.cert and *.key for the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from export' -l insecure -d 'Accept any certificate, and plain HTTP, from the registry'
complete -c ballast -n '__fish_seen_subcommand_from export' -l address -d 'Socket of containerd [$CONTAINERD_ADDRESS]' -r
complete -c ballast -n '__fish_seen_subcommand_from export' -l timeout -d 'Time without a byte after which a connection counts as hung: seconds, 90s, 5m [$BALLAST_TIMEOUT]' -r
complete -c ballast -n '__fish_seen_subcommand_from export' -l layer -d 'Export what this layer alone holds; name it by index, prefix of its digest or diff ID, or part of its command' -r
complete -c ballast -n '__fish_seen_subcommand_from export' -l output -s o -d 'Write to this file, or to - for standard output' -r
complete -c ballast -n '__fish_seen_subcommand_from export' -l force -s f -d 'Overwrite the file'
complete -c ballast -n __fish_use_subcommand -a survey -d 'Go through a whole registry or engine, each layer once'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l from -d 'Read sources from a file, one a line (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l include -d 'Only repositories, or repository:tag, that match (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l exclude -d 'Leave out what matches (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l latest -d 'Look into the newest N tags of each repository' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l newer-than -d 'Look into images built since: 30d, 12h or 2026-01-31' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l all-platforms -d 'Every platform that an index lists: the default, also where $BALLAST_PLATFORM is set'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l manifests-only -d 'Read manifests and configs, no layer: what is stored, shared and stale'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l concurrency -d 'Requests for manifests at once (default 8)' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l state -d 'Directory that keeps what was read, for the next run [$BALLAST_SURVEY_STATE]' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l output -d 'Write one report per image to this directory' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l output-format -d 'Format of those reports' -x -a 'json html'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l strict -d 'Exit status 3 when anything could not be read, also where no rules are judged'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l queue -d 'Redis that hands the work out: redis://HOST:6379, or rediss:// with TLS [$BALLAST_QUEUE]' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l store -d 'Where results pass through: s3://BUCKET/PREFIX or a shared directory; without it, Redis [$BALLAST_STORE]' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l platform -d 'Which image of several: os/arch[/variant] [$BALLAST_PLATFORM]' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l no-cache -d 'Do not keep what is learned of layers between runs'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l max-ratio -d 'How far a layer may unpack before it counts as a bomb, in bytes per stored byte' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l quiet -s q -d 'Show no progress'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l secrets -d 'Where to look: nowhere, in config and history, or in every file too (default: full)' -x -a 'off config full'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l secret-rules -d 'Add rules of your own, in gitleaks\' TOML form [$BALLAST_SECRET_RULES]' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l secrets-baseline -d 'Leave out the findings of this JSON report [$BALLAST_SECRETS_BASELINE]' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l no-duplicates -d 'Do not look for equal files at different paths'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l config -d 'File to read instead of the nearest .ballast.yaml or .dive-ci [$BALLAST_CONFIG]' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l fail -d 'Fail when the rule is past its threshold; RULE=off switches it off (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l warn -d 'Warn when the rule is past its threshold (repeatable)' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l rules -d 'Defaults for rules that are not set: Ballast\'s, dive\'s three alone, or none' -x -a 'ballast dive none'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l format -d 'FORMAT or FORMAT=FILE, one of text, json, csv, html (repeatable)' -x -a 'text json csv html'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l json -s j -d 'Short for --format json'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l all -d 'Every row of the text report instead of the largest'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l color -d 'Colour the text report' -x -a 'auto always never'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l host -d 'Address of the engine: unix://, tcp://, ssh:// or npipe://' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l pull -d 'Let the engine pull an image that it does not have'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l username -d 'Account at the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l password-stdin -d 'Read the password for --username from standard input'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l authfile -d 'Take credentials from this auth file of docker or podman [$REGISTRY_AUTH_FILE]' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l ca -d 'Trust the certificate authorities in this PEM file, beside the system\'s' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l cert-dir -d 'Directory of *.crt, *.cert and *.key for the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l insecure -d 'Accept any certificate, and plain HTTP, from the registry'
complete -c ballast -n '__fish_seen_subcommand_from survey' -l address -d 'Socket of containerd [$CONTAINERD_ADDRESS]' -r
complete -c ballast -n '__fish_seen_subcommand_from survey' -l timeout -d 'Time without a byte after which a connection counts as hung: seconds, 90s, 5m [$BALLAST_TIMEOUT]' -r
complete -c ballast -n __fish_use_subcommand -a worker -d 'Work on surveys that other machines started'
complete -c ballast -n '__fish_seen_subcommand_from worker' -l queue -d 'Redis that hands the work out: redis://HOST:6379, or rediss:// with TLS [$BALLAST_QUEUE]' -r
complete -c ballast -n '__fish_seen_subcommand_from worker' -l store -d 'Where results pass through: s3://BUCKET/PREFIX or a shared directory; without it, Redis [$BALLAST_STORE]' -r
complete -c ballast -n '__fish_seen_subcommand_from worker' -l concurrency -d 'Jobs at once, each in a process of its own (default: as many as processors)' -r
complete -c ballast -n '__fish_seen_subcommand_from worker' -l lease -d 'Silence after which a worker counts as dead and its jobs go to others: 30s (the default), 2m' -r
complete -c ballast -n '__fish_seen_subcommand_from worker' -l state -d 'Directory that keeps what was read [$BALLAST_SURVEY_STATE]' -r
complete -c ballast -n '__fish_seen_subcommand_from worker' -l cache-size -d 'Most bytes of layers to keep there (default 10GiB)' -r
complete -c ballast -n '__fish_seen_subcommand_from worker' -l no-cache -d 'Do not keep what is learned of layers between runs'
complete -c ballast -n '__fish_seen_subcommand_from worker' -l quiet -s q -d 'Show no progress'
complete -c ballast -n '__fish_seen_subcommand_from worker' -l authfile -d 'Take credentials from this auth file of docker or podman [$REGISTRY_AUTH_FILE]' -r
complete -c ballast -n '__fish_seen_subcommand_from worker' -l ca -d 'Trust the certificate authorities in this PEM file, beside the system\'s' -r
complete -c ballast -n '__fish_seen_subcommand_from worker' -l cert-dir -d 'Directory of *.crt, *.cert and *.key for the registry' -r
complete -c ballast -n '__fish_seen_subcommand_from worker' -l insecure -d 'Accept any certificate, and plain HTTP, from the registry'
complete -c ballast -n '__fish_seen_subcommand_from worker' -l timeout -d 'Time without a byte after which a connection counts as hung: seconds, 90s, 5m [$BALLAST_TIMEOUT]' -r
complete -c ballast -n __fish_use_subcommand -a completion -d 'Print the shell completion for bash, zsh or fish'
