#!/usr/bin/env bash
# Installs what Bitwright needs on Debian 12, and only what is missing. Idempotent; works as root or with sudo.
# Usage: packaging/install-deps.sh [--with-tests]
set -euo pipefail

build_packages=(
    g++ cmake ninja-build ccache lld pkg-config
    qt6-base-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools libqt6svg6-dev libgl1-mesa-dev
    libqcustomplot-dev libtorch-dev libopenblas0-openmp libhdf5-dev
    libtbb-dev libfmt-dev libxxhash-dev nlohmann-json3-dev libcli11-dev libhwy-dev zlib1g-dev libzstd-dev libssl-dev
    libjpeg62-turbo-dev libpng-dev libboost-dev
    fonts-dejavu-core fonts-noto-cjk
)
test_packages=(
    libgtest-dev libgmock-dev libbenchmark-dev git
    libopenmpi-dev openmpi-bin
    xvfb xauth python3-minimal python3-numpy python3-h5py python3-onnx python3-opencv python3-torch hdf5-tools binutils bsdutils locales zstd
)

packages=("${build_packages[@]}")
if [[ "${1:-}" == "--with-tests" ]]; then
    packages+=("${test_packages[@]}")
fi

missing=()
for package in "${packages[@]}"; do
    if [[ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" != "install ok installed" ]]; then
        missing+=("$package")
    fi
done
if [[ ${#missing[@]} -eq 0 ]]; then
    exit 0
fi

as_root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
        echo "Bitwright needs these packages, and there is no sudo to install them: ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "Installing ${#missing[@]} package(s): ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
