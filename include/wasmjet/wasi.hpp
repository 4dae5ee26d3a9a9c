#pragma once

/// WASI preview 1 for embedders: make a wasi::WasiContext from a wasi::WasiConfig, add it to a Linker with
/// wasi::add_to_linker, instantiate, and call "_start". proc_exit ends the call with TrapCode::exit.

#include "wasi/wasi.hpp"
#include "wasmjet/wasmjet.hpp"
