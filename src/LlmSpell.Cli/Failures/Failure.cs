using LlmSpell.Backup;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Output;
using LlmSpell.Lua;
using LlmSpell.State;
using LlmSpell.State.Files;

namespace LlmSpell.Cli.Failures;

/// <summary>What a failed command says: the one place where exceptions become exit codes. Immutable.</summary>
/// <param name="Code">The exit code and the kind.</param>
/// <param name="Message">What happened, and to what.</param>
/// <param name="Hint">What to do next.</param>
internal sealed record Failure(ExitCode Code, string Message, string? Hint)
{
    /// <summary>The hint for people, who have read it already where a script's message ends with it.</summary>
    public string? FurtherHint => Hint is { } hint && !Message.EndsWith(hint, StringComparison.Ordinal) ? hint : null;

    /// <summary>The same failure, with commands as a person has to type them; a script's message that ends with the hint goes on doing so.</summary>
    public Failure Advising(AdvisedCommands commands) => this with
    {
        Hint = Hint is null ? null : commands.In(Hint),
        Message = Hint is null || FurtherHint is not null ? Message : commands.In(Message),
    };

    /// <summary>Where in the script, for a script that failed.</summary>
    public string? Traceback { get; init; }

    /// <summary>Lines for people, which JSON leaves out.</summary>
    public string? Details { get; init; }

    /// <summary>The damaged file of the repository, for a damaged backup.</summary>
    public string? File { get; init; }

    /// <summary>The block in it, from 0.</summary>
    public int? Block { get; init; }

    /// <summary>Every problem of a configuration.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; init; } = [];

    public static Failure From(Exception exception) => exception switch
    {
        CommandException error => new Failure(error.Code, error.Message, error.Hint) { Details = error.Details },
        ConfigurationException error => OfConfiguration(error),
        LuaScriptException error => OfScript(error),
        StateException error => OfState(error),
        OperationCanceledException => new Failure(ExitCodes.Interrupted, "interrupted", null),
        FileNotFoundException or DirectoryNotFoundException => new Failure(ExitCodes.NotFound, exception.Message, null),
        IOException or UnauthorizedAccessException =>
            new Failure(ExitCodes.Storage, exception.Message, OpenFileLimit.IsReached(exception) ? OpenFileLimit.Hint : null),

        // As where the runtime cannot open the pipe that it hears of signals by.
        TypeInitializationException { InnerException: IOException cause } => From(cause),
        _ => OfDefect(exception),
    };

    // The script failed, whatever made it fail: a script may treat a busy state as it likes. The cause lends its hint.
    private static Failure OfScript(LuaScriptException error) =>
        new(CodeOf(error.Kind), error.Message, (error.InnerException as StateException)?.Hint)
        {
            Traceback = error.Traceback,
        };

    public static ExitCode CodeOf(LuaFailureKind kind) => kind switch
    {
        LuaFailureKind.TimeLimit => ExitCodes.TimeLimit,
        LuaFailureKind.InstructionLimit => ExitCodes.InstructionLimit,
        LuaFailureKind.MemoryLimit => ExitCodes.MemoryLimit,
        LuaFailureKind.Interrupted => ExitCodes.Interrupted,
        _ => ExitCodes.ScriptFailed,
    };

    private static Failure OfConfiguration(ConfigurationException error) =>
        new(ExitCodes.Configuration, "the configuration has errors", $"`llmspell {error.Option}config check` shows them.")
        {
            Problems = error.Problems,
        };

    private static Failure OfState(StateException error)
    {
        ExitCode code = error switch
        {
            StateNotFoundException => ExitCodes.NotFound,
            BackupDamagedException => ExitCodes.BackupDamaged,
            StateBusyException or StateConflictException => ExitCodes.Busy,
            _ => ExitCodes.Storage,
        };
        var damage = error as BackupDamagedException;
        string? hint = error.Hint ?? (damage is null ? null : "`llmspell repository check` says what that costs, `llmspell backup list` shows the other backups.");
        return new Failure(code, error.Message, hint) { File = damage?.File, Block = damage?.Block };
    }

    private static Failure OfDefect(Exception exception) =>
        new(
            ExitCodes.Defect,
            $"defect in llmspell: {exception.GetType().Name}: {exception.Message}",
            "Please report it, with what LLMSPELL_DEBUG=1 adds to this message.")
        {
            Traceback = DebugTrace(exception),
        };

    private static string? DebugTrace(Exception exception) =>
        Environment.GetEnvironmentVariable("LLMSPELL_DEBUG") is { Length: > 0 } ? exception.ToString() : null;
}
