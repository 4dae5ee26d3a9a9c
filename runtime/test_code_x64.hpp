#pragma once

// See test_code.hpp. The context stands in r14, the argument in edi.

asm(R"(
  .intel_syntax noprefix
  .text
test_code_begin:
test_enter:                        # (record, entry, context, values)
  push rbp
  mov rbp, rsp
  push rbx
  push r12
  push r13
  push r14
  push r15
  sub rsp, 8
  mov rbx, rcx
  mov r14, rdx
  mov [rdi + 16], rsp
  lea rax, [rip + 1f]
  mov [rdi + 24], rax
  mov [rdi + 32], rbp
  mov edi, [rbx]
  call rsi
  mov [rbx], eax
  mov eax, 1
  jmp 2f
1: xor eax, eax
2: add rsp, 8
  pop r15
  pop r14
  pop r13
  pop r12
  pop rbx
  pop rbp
  ret

test_host_stub:                    # r14: HostFunction, r12: calling context
  push rbp
  mov rbp, rsp
  sub rsp, 16
  mov [rsp], rdi
  mov rax, [r12 + 24]              # VmContext::store
  mov [rax + 8], rbp               # StoreState::host_fp
  mov rdi, r14
  mov rsi, r12
  mov rdx, rsp
  call [rdi]                       # HostFunctionHead::run
  test eax, eax
  jnz test_host_trap
  mov rax, [rsp]
  leave
  ret
test_host_trap:
  ud2

test_functions:
test_unreachable:
  push rbp
  mov rbp, rsp
  push r14
  push rdi
test_unreachable_trap:
  ud2

test_calls:
  push rbp
  mov rbp, rsp
  push r14
  push rdi
  call test_unreachable
test_calls_return:
  leave
  ret

test_spin:
  push rbp
  mov rbp, rsp
  push r14
  push rdi
3: jmp 3b

test_divide:                       # INT_MIN / argument
  push rbp
  mov rbp, rsp
  push r14
  push rdi
  mov esi, edi
  mov eax, 0x80000000
  cdq
test_divide_trap:
  idiv esi
  leave
  ret

test_load:                         # byte at the argument, at a static offset of 2 GiB
  push rbp
  mov rbp, rsp
  push r14
  push rdi
  mov rax, [r14 + 8]               # VmContext::memory0_base
  mov edi, edi
test_load_trap:
  movzx eax, byte ptr [rax + rdi + 0x7FFFFFFF]
  leave
  ret

test_recurse:                      # argument: frames to go
  push rbp
  mov rbp, rsp
  push r14
  push rdi
  cmp rsp, [r14]                   # VmContext::stack_limit
  jb test_recurse_trap
  dec edi
  jz 4f
  call test_recurse
test_recurse_return:
4: leave
  ret
test_recurse_trap:
  ud2

test_overrun:                      # the same without a check
  push rbp
  mov rbp, rsp
  push r14
  push rdi
  call test_overrun
test_overrun_return:
  leave
  ret

test_call_host:                    # calls the HostFunction that global 0 points to
  push rbp
  mov rbp, rsp
  push r14
  push r12
  push rdi
  push rdi
  mov r12, r14
  mov r14, [r12 + 128]
  call test_host_stub
test_call_host_return:
  add rsp, 16
  pop r12
  pop r14
  pop rbp
  ret
test_code_end:
  .att_syntax
)");
