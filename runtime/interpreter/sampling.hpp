#pragma once

namespace wasmjet::interpreter {

// While the interpreter runs, where it is stands in machine registers that a signal handler cannot tell from
// others, and keeping it in memory would cost every instruction. So a handler that wants to know diverts the
// table by which each instruction finds the next one's handler: the next instruction, whichever it is, first
// brings its place to the Activation and then calls `take`. Nothing is added to what runs between samples.

/// To be called once before the others: the table is read-only otherwise. `take` is called within the thread
/// that interprets, between two instructions, with the Activation up to date; not in a signal handler. Throws
/// std::system_error.
void prepare_sampling(void (*take)());

/// The next instruction that is interpreted calls `take`, once. Async-signal-safe. Where several threads
/// interpret, any of them may be the one: `take` is to know whether its thread has asked.
void request_sample() noexcept;

/// Takes the request back. Async-signal-safe.
void cancel_sample() noexcept;

}  // namespace wasmjet::interpreter
