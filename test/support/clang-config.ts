/**
 * Returns how the configuration of a Debian kernel changes if this version of clang compiles it instead of gcc.
 * `number` is that of scripts/cc-version.sh: 190107 for 19.1.7. For HeadersShape.
 */
export function clangConfig(number: number): Record<string, string> {
  const version = [Math.floor(number / 10000), Math.floor(number / 100) % 100, number % 100];
  return {
    CONFIG_CC_IS_CLANG: 'y',
    CONFIG_CC_IS_GCC: '',
    CONFIG_CC_VERSION_TEXT: `"Debian clang version ${version.join('.')}"`,
    CONFIG_CLANG_VERSION: String(number),
    CONFIG_GCC_VERSION: '0',
    CONFIG_LD_IS_LLD: 'y',
    CONFIG_CC_IMPLICIT_FALLTHROUGH: '"-Wimplicit-fallthrough"',
    // clang 14 has no -mfunction-return.
    CONFIG_RETHUNK: '',
    CONFIG_CPU_UNRET_ENTRY: '',
    // Before 16, clang wants to be told that zero is meant.
    CONFIG_CC_HAS_AUTO_VAR_INIT_ZERO_ENABLER: number < 160000 ? 'y' : '',
    // clang has no -mrecord-mcount: objtool finds the calls.
    CONFIG_FTRACE_MCOUNT_USE_CC: '',
    CONFIG_FTRACE_MCOUNT_USE_OBJTOOL: 'y',
  };
}
