# Finds cuDNN, which ships no CMake package. Sets cuDNN_FOUND, cuDNN_VERSION, cuDNN_LIBRARY, cuDNN_INCLUDE_DIR and
# the target cuDNN::cuDNN. Searched in this order: cuDNN_ROOT, CUDNN_PATH, CUDNN_HOME; the Python wheel
# (nvidia/cudnn, which has libcudnn.so.9 only); the CUDA toolkit's folders; the system's (NVIDIA's Debian packages).
execute_process(
  COMMAND python3 -c "import importlib.util as u; print(u.find_spec('nvidia.cudnn').submodule_search_locations[0])"
  OUTPUT_VARIABLE _cudnn_wheel OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
set(_cudnn_hints ${cuDNN_ROOT} $ENV{cuDNN_ROOT} $ENV{CUDNN_PATH} $ENV{CUDNN_HOME} ${_cudnn_wheel}
  ${CUDAToolkit_ROOT} ${CUDAToolkit_TARGET_DIR} ${CUDAToolkit_LIBRARY_ROOT})

find_path(cuDNN_INCLUDE_DIR NAMES cudnn_version.h cudnn_version_v9.h
  HINTS ${_cudnn_hints} PATH_SUFFIXES include)
find_library(cuDNN_LIBRARY NAMES cudnn libcudnn.so.9
  HINTS ${_cudnn_hints} PATH_SUFFIXES lib lib64 lib/x64 targets/x86_64-linux/lib targets/sbsa-linux/lib)
mark_as_advanced(cuDNN_INCLUDE_DIR cuDNN_LIBRARY)

foreach(_cudnn_header cudnn_version.h cudnn_version_v9.h)
  if(EXISTS "${cuDNN_INCLUDE_DIR}/${_cudnn_header}")
    file(READ "${cuDNN_INCLUDE_DIR}/${_cudnn_header}" _cudnn_text)
    set(_cudnn_parts)
    foreach(_cudnn_part MAJOR MINOR PATCHLEVEL)
      if(_cudnn_text MATCHES "#define[ \t]+CUDNN_${_cudnn_part}[ \t]+([0-9]+)")
        list(APPEND _cudnn_parts ${CMAKE_MATCH_1})
      endif()
    endforeach()
    list(JOIN _cudnn_parts "." cuDNN_VERSION)
    break()
  endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(cuDNN REQUIRED_VARS cuDNN_LIBRARY cuDNN_INCLUDE_DIR VERSION_VAR cuDNN_VERSION)

if(cuDNN_FOUND AND NOT TARGET cuDNN::cuDNN)
  add_library(cuDNN::cuDNN UNKNOWN IMPORTED)
  set_target_properties(cuDNN::cuDNN PROPERTIES
    IMPORTED_LOCATION "${cuDNN_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${cuDNN_INCLUDE_DIR}")
endif()
