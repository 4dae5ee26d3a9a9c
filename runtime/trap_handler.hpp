#pragma once

namespace wasmjet {

/// The signal that Store::interrupt sends. Its default action is to be ignored, so one that arrives late
/// does no harm.
int interrupt_signal();

/// Installs the handlers of SIGSEGV, SIGBUS, SIGFPE, SIGILL and the interrupt signal, once a process. What
/// does not come from Wasm goes on to the handlers that were there before.
void install_trap_handlers();

/// Lets the calling thread receive them, whatever mask it has inherited.
void unblock_trap_signals();

}  // namespace wasmjet
