#!/usr/bin/env bash
# Brings translations/*.ts up to date with the texts in core, widgets and app. Entries of texts that are gone are dropped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
lupdate=$(command -v lupdate6 || echo /usr/lib/qt6/bin/lupdate)
common=(-silent -no-obsolete -locations none -tr-function-alias QT_TRANSLATE_NOOP+=BW_TR_NOOP core widgets app -I .)
"$lupdate" "${common[@]}" -ts translations/bitwright_zh_CN.ts
"$lupdate" "${common[@]}" -pluralonly -ts translations/bitwright_en.ts
