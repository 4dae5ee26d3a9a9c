# Compiles C programs to WASI modules with clang's wasm32 target.

find_program(WASMJET_WASI_CC clang-19 DOC "clang with the wasm32-wasi target, its compiler-rt and wasi-libc")
set(WASMJET_WASI_TARGET --target=wasm32-wasi)
set(WASMJET_WASI_FLAGS -O2 -mbulk-memory -msign-ext)

function(wasmjet_check_wasi_compiler)
  set(probe ${CMAKE_BINARY_DIR}/CMakeFiles/wasi_probe)
  set(result "not found")
  set(messages "")
  if(WASMJET_WASI_CC)
    file(WRITE ${probe}.c "#include <stdio.h>\nint main(void) { return puts(\"\") < 0; }\n")
    execute_process(COMMAND ${WASMJET_WASI_CC} ${WASMJET_WASI_TARGET} ${probe}.c -o ${probe}.wasm
                    RESULT_VARIABLE result ERROR_VARIABLE messages OUTPUT_VARIABLE messages)
  endif()
  if(NOT result EQUAL 0)
    message(FATAL_ERROR
      "cannot compile C to WebAssembly (${WASMJET_WASI_CC}: ${result})\n${messages}\n"
      "scripts/setup installs what is needed: clang-19 lld-19 libclang-rt-19-dev-wasm32 wasi-libc")
  endif()
endfunction()
if(NOT WASMJET_WASI_CC_WORKS)
  wasmjet_check_wasi_compiler()
  set(WASMJET_WASI_CC_WORKS ${WASMJET_WASI_CC} CACHE INTERNAL "the compiler that the probe passed with")
endif()

# Adds an output NAME.wasm in the current binary folder, made of the given sources, and depending on
# the headers. The output's path is left in NAME_wasm.
#
# Compiling and linking are separate, and linking gets no -O: with it clang runs whatever wasm-opt it
# finds, so that the module would depend on the machine, and lose its function names.
function(wasmjet_wasi_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS;FLAGS" ${ARGN})
  list(TRANSFORM ARG_HEADERS PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  set(objects)
  foreach(source IN LISTS ARG_SOURCES)
    get_filename_component(stem ${source} NAME_WE)
    set(object ${CMAKE_CURRENT_BINARY_DIR}/wasi/${name}/${stem}.o)
    add_custom_command(
      OUTPUT ${object}
      COMMAND ${WASMJET_WASI_CC} ${WASMJET_WASI_TARGET} ${WASMJET_WASI_FLAGS} ${ARG_FLAGS}
              -c ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${object}
      DEPENDS ${source} ${ARG_HEADERS}
      COMMENT "Compiling ${stem} for ${name}.wasm"
      VERBATIM)
    list(APPEND objects ${object})
  endforeach()
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/wasi/${name})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}.wasm)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${WASMJET_WASI_CC} ${WASMJET_WASI_TARGET} -Wl,--strip-debug,--keep-section=name ${objects} -o ${output}
    DEPENDS ${objects}
    COMMENT "Linking ${name}.wasm"
    VERBATIM)
  set(${name}_wasm ${output} PARENT_SCOPE)
endfunction()
