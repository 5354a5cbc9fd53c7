using LlmSpell.Lua.Streams;

namespace LlmSpell.Cli.Hosting;

/// <summary>The world around one command line: the process, or a test in its place.</summary>
internal sealed record CommandLineHost
{
    /// <summary>Opens standard input; the caller closes what it got.</summary>
    public required Func<Stream> OpenInput { get; init; }

    public required Stream Output { get; init; }

    public required Stream Error { get; init; }

    public bool IsInputTerminal { get; init; }

    public bool IsOutputTerminal { get; init; }

    public bool IsErrorTerminal { get; init; }

    /// <summary>Asks for the columns of the terminal; null where there is none or it does not say.</summary>
    public Func<int?> TerminalWidth { get; init; } = static () => null;

    /// <summary>Reads an environment variable.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Absolute; empty where it was deleted under the process.</summary>
    public required string WorkingFolder { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Whether this is the process itself: then scripts write to its file descriptors, and signals and os.exit end it.</summary>
    public bool IsProcess { get; init; }

    /// <summary>Cancelled by whoever wants the command to end; the process adds Ctrl-C to it.</summary>
    public CancellationToken Interrupt { get; init; }

    public static CommandLineHost OfProcess() => new()
    {
        // Not Console's streams: those change the modes of a terminal, and hide that the reader of a pipe has gone.
        OpenInput = () => FileDescriptorStream.Open(0),
        Output = new StandardOutput(),
        Error = FileDescriptorStream.Open(2),
        IsInputTerminal = !Console.IsInputRedirected,
        IsOutputTerminal = !Console.IsOutputRedirected,
        IsErrorTerminal = !Console.IsErrorRedirected,
        TerminalWidth = Hosting.TerminalWidth.OfProcess,
        Environment = System.Environment.GetEnvironmentVariable,
        WorkingFolder = CurrentFolder(),
        IsProcess = true,
    };

    private static string CurrentFolder()
    {
        try
        {
            return System.Environment.CurrentDirectory;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
