/** Names that make a program load or run something else than it was written to; by whom they are read. */
const loaderNames: readonly { readonly names: RegExp; readonly reader: string }[] = [
  { names: /^(LD|DYLD|LDR)_/, reader: "the dynamic linker loads other libraries because of it" },
  { names: /^(GCONV_PATH|GLIBC_TUNABLES|LOCPATH|NLSPATH|MALLOC_CHECK_)$/, reader: "the C library loads by it" },
  { names: /^PATH$/, reader: "it decides which program a name means" },
  { names: /^HOME$/, reader: "programs read their configuration below it" },
  { names: /^(BASH_ENV|ENV|ZDOTDIR|FPATH|PROMPT_COMMAND|PS4)$/, reader: "a shell runs what it names" },
  { names: /^(IFS|SHELL|SHELLOPTS|BASHOPTS|CDPATH|GLOBIGNORE)$/, reader: "it changes how a shell reads a script" },
  { names: /^BASH_FUNC_/, reader: "bash takes functions from it" },
  { names: /^NODE_(OPTIONS|PATH|REPL_EXTERNAL_MODULE|ICU_DATA)$/, reader: "node loads modules or flags by it" },
  { names: /^(NPM_CONFIG|BUN|DENO)_/i, reader: "it configures what the package manager or runtime loads" },
  {
    names: /^PYTHON(PATH|STARTUP|HOME|USERBASE|BREAKPOINT|INSPECT|WARNINGS|EXECUTABLE|PLATLIBDIR|PYCACHEPREFIX)$/,
    reader: "python loads modules by it",
  },
  { names: /^(PERL5LIB|PERLLIB|PERL5OPT|PERL5DB)$/, reader: "perl loads modules or flags by it" },
  { names: /^(RUBYOPT|RUBYLIB|GEM_HOME|GEM_PATH|BUNDLE_GEMFILE)$/, reader: "ruby loads libraries or flags by it" },
  {
    names: /^(JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|JAVA_OPTS|CLASSPATH)$/,
    reader: "the JVM loads agents or classes by it",
  },
  {
    names: /^(DOTNET_STARTUP_HOOKS|DOTNET_ADDITIONAL_DEPS|(CORECLR|COR)_(ENABLE_PROFILING|PROFILER.*))$/,
    reader: ".NET loads assemblies by it",
  },
  { names: /^(PHPRC|PHP_INI_SCAN_DIR)$/, reader: "php reads its configuration, and so its extensions, by it" },
  { names: /^LUA_(PATH|CPATH|INIT)(_\d_\d)?$/, reader: "lua loads or runs what it names" },
  { names: /^(ERL_(FLAGS|AFLAGS|ZFLAGS|LIBS)|ELIXIR_ERL_OPTIONS)$/, reader: "erlang loads or runs what it names" },
  { names: /^(R_PROFILE|R_PROFILE_USER|R_LIBS|JULIA_LOAD_PATH)$/, reader: "it names code that runs at start" },
  {
    names:
      /^GIT_(SSH|SSH_COMMAND|ASKPASS|EXEC_PATH|EXTERNAL_DIFF|PAGER|EDITOR|SEQUENCE_EDITOR|PROXY_COMMAND|TEMPLATE_DIR|CONFIG.*)$/,
    reader: "git runs what it names",
  },
  { names: /^(SSH_ASKPASS|SUDO_ASKPASS)$/, reader: "it names a program that is run to ask for a password" },
  {
    names: /^(EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|LESSOPEN|LESSCLOSE)$/,
    reader: "it names a program that others run",
  },
  { names: /^OPENSSL_(CONF|MODULES|ENGINES)$/, reader: "OpenSSL loads modules by it" },
];

/** Why a name needs a grant of the kind `loader`; undefined for ordinary names. */
export function loaderReason(name: string): string | undefined {
  return loaderNames.find(({ names }) => names.test(name))?.reader;
}
