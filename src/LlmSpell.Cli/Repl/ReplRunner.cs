using System.Text;
using LlmSpell.Cli.Commands;
using LlmSpell.Cli.Commands.Scripts;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Hosting;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Repl.Completion;
using LlmSpell.Cli.Repl.Editing;
using LlmSpell.Cli.Repl.History;
using LlmSpell.Cli.Repl.Printing;
using LlmSpell.Cli.Repl.Terminals;
using LlmSpell.Lua;
using LlmSpell.Lua.Streams;
using LlmSpell.State;

namespace LlmSpell.Cli.Repl;

/// <summary>Puts a session together: with an editor on a terminal that has one, with prompts on any other, silent behind a pipe.</summary>
internal sealed class ReplRunner : IDisposable
{
    private const int PlainWidth = 80;

    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(1);

    private readonly CommandContext _context;
    private readonly Workspace _workspace;
    private readonly bool _isInteractive;
    private readonly SessionPrinter _printer;
    private readonly LuaHost _lua;

    private ReplRunner(CommandContext context, ScriptOptions options)
    {
        _context = context;
        _workspace = context.Workspace;
        CommandLineHost host = context.Host;
        _isInteractive = host.IsInputTerminal && host.IsOutputTerminal;
        _printer = new SessionPrinter(
            host, context.Output.HasErrorColors, () => _isInteractive && host.IsProcess && !OperatingSystem.IsWindows() ? Terminal.Size.Width : PlainWidth,
            context.Output.Commands);
        _lua = new LuaHost(ScriptHost.Options(context, options, static _ => { }, EndUnstoppable, _printer.Output));
        if (_isInteractive)
        {
            // Through a stream of ours the host cannot see the terminal.
            _lua.Streams.Output.Buffering = OutputBuffering.Line;
        }
    }

    /// <summary>Runs a session to its end; whether anything failed that nobody saw.</summary>
    public static bool Run(CommandContext context, ScriptOptions options)
    {
        using var runner = new ReplRunner(context, options);
        return runner.Run();
    }

    public void Dispose() => _lua.Dispose();

    private bool Run()
    {
        if (_isInteractive)
        {
            _printer.WriteLine(Greeting());
        }

        if (!OperatingSystem.IsWindows() && CanEdit && Terminal.Open(_context.Host.OpenInput(), _context.Host.Output) is { } terminal)
        {
            using (terminal)
            {
                RunWithEditor(terminal);
                return false;
            }
        }

        using SessionSignals? signals = Signals(endKeys: null);
        var session = new ReplSession(_lua, _printer, isRunning => signals?.SetRunning(isRunning));
        session.Run(new PlainInputReader(ReadLine, _lua.IsIncomplete, Prompt));
        return session.HasFailed && !_isInteractive;
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private void RunWithEditor(Terminal terminal)
    {
        HistoryFile? file = HistoryLocation.Find(_context.Host.Environment, _context.Host.WorkingFolder) is { } path
            ? new HistoryFile(path, _context.Host.Clock, _context.Output.Remark)
            : null;
        HistoryList history = file?.Load() ?? new HistoryList();
        using SessionSignals? signals = Signals(terminal.EndKeys);
        var session = new ReplSession(_lua, _printer, isRunning => signals?.SetRunning(isRunning)) { History = history, HistoryFile = file };
        var completer = new Completer(_lua.FindFields, new StateNames(_workspace));
        session.Run(new TerminalInputReader(terminal, new LineEditor(history, completer, _lua.IsIncomplete)));
    }

    private bool CanEdit => _isInteractive && _context.Host.IsProcess && _context.Host.Environment("TERM") is not (null or "" or "dumb");

    private string Greeting()
    {
        string state = BackendFactory.KeepsState(_workspace.Configuration.State)
            ? $"state in {_workspace.Configuration.State.Folder}"
            : "no state is kept between sessions";
        return $"llmspell {VersionResult.Version}, Lua 5.4, {Output.SafeText.OneLine(state)}. .help tells more, Ctrl-D leaves.";
    }

    // Through the host's own reader: io.read and the session read the same lines.
    private string? ReadLine() => _lua.Streams.Input.TryReadLine(keepEnd: false, out ReadOnlySpan<byte> line) ? Encoding.UTF8.GetString(line) : null;

    private void Prompt(bool isFirst)
    {
        if (_isInteractive)
        {
            _printer.Prompt(isFirst ? LineEditor.Prompt : LineEditor.NextPrompt);
        }
    }

    private SessionSignals? Signals(Action? endKeys) =>
        _context.Host.IsProcess
            ? new SessionSignals(
                new LuaInterruption(_lua.Interrupt, () => _lua.Stop.Reason is not null), isRunning => End(isRunning, endKeys), endKeys is not null)
            : null;

    // On the thread of the signal. While an input runs, the store is left alone: what was saved is in it, and its own recovery rolls
    // the rest back.
    private void End(bool isRunning, Action? endKeys)
    {
        endKeys?.Invoke();
        if (_isInteractive && !isRunning)
        {
            _printer.WriteLine("");
        }

        End(Failure.From(new OperationCanceledException()), closesStore: !isRunning);
    }

    private void EndUnstoppable(LuaFailureKind reason) => End(
        new Failure(
            Failure.CodeOf(reason), "the input had to stop and did not, so the process was ended",
            "What it had saved stays saved; it was inside a function of C that Lua cannot interrupt."),
        closesStore: false);

    private void End(Failure failure, bool closesStore)
    {
        // A reader that does not read must not hold up the end, nor a disk that is full: nobody would catch what this thread throws.
        Task.Run(_lua.FlushOutput).ContinueWith(static _ => { }, TaskScheduler.Default).Wait(LongestFlush);
        try
        {
            if (closesStore)
            {
                _workspace.Dispose();
            }
        }
        catch (StateException error)
        {
            failure = Failure.From(error);
        }

        try
        {
            _context.Output.Write(failure);
        }
        catch (IOException)
        {
            // The exit code says it.
        }

        Environment.Exit(failure.Code.Number);
    }
}
