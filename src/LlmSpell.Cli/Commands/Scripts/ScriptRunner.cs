using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Output;
using LlmSpell.Lua;

namespace LlmSpell.Cli.Commands.Scripts;

/// <summary>Runs one script with the state of the configuration, to its end, to <c>os.exit</c>, or to Ctrl-C.</summary>
internal sealed class ScriptRunner
{
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(1);

    private readonly CommandContext _context;
    private readonly ScriptSource _source;
    private readonly Workspace _workspace;
    private readonly long _start;

    private ScriptRunner(CommandContext context, ScriptSource source)
    {
        _context = context;
        _source = source;
        _start = context.Host.Clock.GetTimestamp();
        // A configuration with errors stops here, before the first line of the script.
        _workspace = context.Workspace;
    }

    public static Task<ICommandResult> RunAsync(CommandContext context, ScriptSource source) =>
        Task.FromResult<ICommandResult>(new ScriptRunner(context, source).Run());

    private ScriptResult Run()
    {
        using var host = new LuaHost(Options());
        using CancellationTokenRegistration interruption = _context.Interrupt.UnsafeRegister(_ => EndInterrupted(host), null);
        if (_source.Path is { } path)
        {
            host.RunFile(path, _context.ScriptArguments);
        }
        else
        {
            host.RunString(_source.Text!, _source.Name, _context.ScriptArguments);
        }

        return Result(ExitCodes.Done.Number);
    }

    private LuaHostOptions Options()
    {
        // Standard output carries only the document; the script's own output goes to standard error.
        Stream? output = _context.IsJson ? _context.Host.Error : _context.Host.IsProcess ? null : _context.Host.Output;
        CommandException? off = _workspace.BackupsUnavailable;
        return new LuaHostOptions
        {
            Store = () => _workspace.Store,
            Backups = off is null ? _workspace.Backups : null,
            BackupsOffReason = off is null ? "" : $"{off.Message}. {off.Hint}",
            Output = output,
            Error = _context.Host.IsProcess ? null : _context.Host.Error,
            Input = _context.Host.IsProcess ? null : _context.Host.OpenInput(),
            ExitHandler = _context.Host.IsProcess ? ExitProcess : null,
        };
    }

    private ScriptResult Result(int exitCode) =>
        new(_source.Name, exitCode, _context.Host.Clock.GetElapsedTime(_start));

    private void ExitProcess(int code)
    {
        try
        {
            _workspace.Dispose();
            if (_context.IsJson)
            {
                _context.Output.Write(Result(code));
            }
        }
        catch (Exception error)
        {
            var failure = Failure.From(error);
            _context.Output.Write(failure);
            code = failure.Code.Number;
        }

        Environment.Exit(code);
    }

    // Runs beside the script, which goes on until the process ends. So the store is left alone: what was saved is in it, and
    // its own recovery rolls the rest back.
    private void EndInterrupted(LuaHost host)
    {
        if (!_context.Host.IsProcess)
        {
            return;
        }
        // A reader that does not read must not hold up the end.
        Task.Run(host.FlushOutput).Wait(LongestFlush);
        var failure = Failure.From(new OperationCanceledException());
        _context.Output.Write(failure);
        Environment.Exit(failure.Code.Number);
    }
}
