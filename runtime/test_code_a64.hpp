#pragma once

// See test_code.hpp. The context stands in x28, the argument in w0.

asm(R"(
  .text
test_code_begin:
test_enter:                        // (record, entry, context, values)
  stp x29, x30, [sp, #-16]!
  mov x29, sp
  stp x27, x28, [sp, #-16]!
  stp x19, x20, [sp, #-16]!
  mov x19, x3
  mov x28, x2
  mov x9, sp
  str x9, [x0, #16]
  adr x9, 1f
  str x9, [x0, #24]
  str x29, [x0, #32]
  ldr w0, [x19]
  blr x1
  str w0, [x19]
  mov w0, #1
  b 2f
1: mov w0, #0
2: ldp x19, x20, [sp], #16
  ldp x27, x28, [sp], #16
  ldp x29, x30, [sp], #16
  ret

test_host_stub:                    // x28: HostFunction, x27: calling context
  stp x29, x30, [sp, #-16]!
  mov x29, sp
  sub sp, sp, #16
  str x0, [sp]
  ldr x9, [x27, #24]               // VmContext::store
  str x29, [x9, #8]                // StoreState::host_fp
  mov x0, x28
  mov x1, x27
  mov x2, sp
  ldr x16, [x0]                    // HostFunctionHead::run
  blr x16
  cbnz w0, test_host_trap
  ldr x0, [sp]
  mov sp, x29
  ldp x29, x30, [sp], #16
  ret
test_host_trap:
  udf #0

test_functions:
test_unreachable:
  stp x29, x30, [sp, #-16]!
  mov x29, sp
  stp x0, x28, [sp, #-16]!
test_unreachable_trap:
  udf #0

test_calls:
  stp x29, x30, [sp, #-16]!
  mov x29, sp
  stp x0, x28, [sp, #-16]!
  bl test_unreachable
test_calls_return:
  mov sp, x29
  ldp x29, x30, [sp], #16
  ret

test_spin:
  stp x29, x30, [sp, #-16]!
  mov x29, sp
  stp x0, x28, [sp, #-16]!
3: b 3b

test_divide:                       // INT_MIN / argument
  stp x29, x30, [sp, #-16]!
  mov x29, sp
  stp x0, x28, [sp, #-16]!
  mov w6, w0
  mov w0, #0x80000000
  cbz w6, test_divide_trap
  cmn w6, #1
  b.eq test_divide_trap
  sdiv w0, w0, w6
  mov sp, x29
  ldp x29, x30, [sp], #16
  ret
test_divide_trap:
  udf #0

test_load:                         // byte at the argument, at a static offset of 2 GiB
  stp x29, x30, [sp, #-16]!
  mov x29, sp
  stp x0, x28, [sp, #-16]!
  ldr x9, [x28, #8]                // VmContext::memory0_base
  mov w10, #0x7FFFFFFF
  add x9, x9, x10
test_load_trap:
  ldrb w0, [x9, w0, uxtw]
  mov sp, x29
  ldp x29, x30, [sp], #16
  ret

test_recurse:                      // argument: frames to go
  stp x29, x30, [sp, #-16]!
  mov x29, sp
  stp x0, x28, [sp, #-16]!
  ldr x9, [x28]                    // VmContext::stack_limit
  cmp sp, x9
  b.lo test_recurse_trap
  subs w0, w0, #1
  b.eq 4f
  bl test_recurse
test_recurse_return:
4: mov sp, x29
  ldp x29, x30, [sp], #16
  ret
test_recurse_trap:
  udf #0

test_overrun:                      // the same without a check
  stp x29, x30, [sp, #-16]!
  mov x29, sp
  stp x0, x28, [sp, #-16]!
  bl test_overrun
test_overrun_return:
  mov sp, x29
  ldp x29, x30, [sp], #16
  ret

test_call_host:                    // calls the HostFunction that global 0 points to
  stp x29, x30, [sp, #-16]!
  mov x29, sp
  stp x0, x28, [sp, #-16]!
  stp x27, x19, [sp, #-16]!
  mov x27, x28
  ldr x28, [x27, #128]
  bl test_host_stub
test_call_host_return:
  ldp x27, x19, [sp], #16
  ldr x28, [x29, #-8]
  mov sp, x29
  ldp x29, x30, [sp], #16
  ret
test_code_end:
)");
