using System.Diagnostics;

namespace LlmSpell.Bench;

/// <summary>A program to run, with all that it is given. Immutable.</summary>
internal sealed record Command(string Program, params string[] Arguments)
{
    internal string? WorkingFolder { get; init; }

    /// <summary>Variables besides those of this process.</summary>
    internal IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Writes what it reads from its standard input; null: it reads nothing.</summary>
    internal Action<Stream>? Input { get; init; }

    /// <summary>How long it may take before it is ended and counts as failed.</summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The same command as another user: the process stays one and the same.</summary>
    internal Command As(string user) => this with
    {
        Program = "setpriv",
        Arguments = [$"--reuid={user}", $"--regid={user}", "--clear-groups", Program, .. Arguments],
    };

    internal ProcessStartInfo ToStartInfo()
    {
        ProcessStartInfo info = new(Program, Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = WorkingFolder ?? "",
        };
        foreach ((string name, string value) in Variables)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    public override string ToString() => string.Join(' ', [Path.GetFileName(Program), .. Arguments]);
}
