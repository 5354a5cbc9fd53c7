namespace LlmSpell.Cli.Failures;

/// <summary>All exit codes. A script's own <c>os.exit(n)</c> passes n on as it is.</summary>
internal static class ExitCodes
{
    public static ExitCode Done { get; } = new(0, null, "done");

    public static ExitCode ScriptFailed { get; } = new(1, "script_failed", "the script failed: a syntax error, or an error that nothing caught");

    public static ExitCode Usage { get; } = new(
        2, "usage", "the command line is wrong, or a confirmation is missing (`--yes`) or was refused; nothing was changed");

    public static ExitCode Configuration { get; } = new(3, "configuration", "the configuration has errors, or switches off what was asked for");

    public static ExitCode NotFound { get; } = new(4, "not_found", "there is no such script, key, state or backup");

    public static ExitCode BackupDamaged { get; } = new(5, "backup_damaged", "a backup is damaged, or another file of its repository");

    public static ExitCode Busy { get; } = new(6, "busy", "somebody else held the state or the repository for too long; try again");

    public static ExitCode Storage { get; } = new(
        7, "storage", "the storage failed: disk full, no rights, an input/output error, a damaged or foreign state file");

    public static ExitCode Defect { get; } = new(70, "defect", "a defect in llmspell; please report it");

    public static ExitCode TimeLimit { get; } = new(124, "time_limit", "the script ran for longer than its limit (`--timeout`, `max_execution_time_ms`)");

    public static ExitCode InstructionLimit { get; } = new(
        124, "instruction_limit", "the script took more instructions than its limit (`--instructions`, `max_instructions`)");

    public static ExitCode MemoryLimit { get; } = new(
        125, "memory_limit", "the script needed more memory than its limit (`--memory`, `max_memory_bytes`, `memory_limit`)");

    public static ExitCode Interrupted { get; } = new(130, "interrupted", "interrupted by Ctrl-C, SIGTERM or SIGHUP");

    public static ExitCode OutputClosed { get; } = new(141, null, "the reader of the output went away (`| head`)");

    public static IReadOnlyList<ExitCode> All { get; } =
    [
        Done, ScriptFailed, Usage, Configuration, NotFound, BackupDamaged, Busy, Storage, Defect, TimeLimit, InstructionLimit, MemoryLimit, Interrupted, OutputClosed,
    ];

    /// <summary>The one that a person must see to first; null for no code at all.</summary>
    public static ExitCode? Worst(ExitCode? one, ExitCode? other) =>
        one is null ? other : other is null ? one : Urgency(one) <= Urgency(other) ? one : other;

    // Nothing runs without a configuration, and a failing storage makes everything else fail.
    private static int Urgency(ExitCode code) =>
        code == Configuration ? 0 : code == Storage ? 1 : code == BackupDamaged ? 2 : code == Busy ? 3 : code == Done ? int.MaxValue : 4;
}
