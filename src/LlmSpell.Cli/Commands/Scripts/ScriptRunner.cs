using LlmSpell.Cli.Configuration;
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
    private readonly LuaConfiguration _lua;
    private readonly long _start;
    private LuaHost? _host;

    private ScriptRunner(CommandContext context, ScriptOptions options, ScriptSource source)
    {
        _context = context;
        _source = source;
        _start = context.Host.Clock.GetTimestamp();
        // A configuration with errors stops here, before the first line of the script.
        _workspace = context.Workspace;
        _lua = options.Over(_workspace.Configuration.Lua, context);
    }

    public static Task<ICommandResult> RunAsync(CommandContext context, ScriptOptions options, ScriptSource source) =>
        Task.FromResult<ICommandResult>(new ScriptRunner(context, options, source).Run());

    private ScriptResult Run()
    {
        using var host = new LuaHost(Options());
        _host = host;
        using CancellationTokenRegistration interruption = _context.Interrupt.UnsafeRegister(_ => host.Interrupt(), null);
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
            Libraries = _lua.Libraries,
            Sandbox = _lua.Sandbox,
            ModulePath = _lua.ModulePath,
            AllowFileAccess = _lua.AllowFileAccess,
            AllowProcesses = _lua.AllowProcesses,
            TimeLimit = _lua.Limits.Time,
            MemoryLimit = _lua.Limits.MemoryBytes,
            InstructionLimit = _lua.Limits.Instructions,
            Unstoppable = _context.Host.IsProcess ? EndUnstoppable : null,
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
    private void EndUnstoppable(LuaFailureKind reason)
    {
        // A reader that does not read must not hold up the end.
        Task.Run(_host!.FlushOutput).Wait(LongestFlush);
        var failure = new Failure(
            Failure.CodeOf(reason), $"{_source.Name}: the script had to stop and did not, so the process was ended",
            "What it had saved stays saved; it was inside a function of C that Lua cannot interrupt.");
        _context.Output.Write(failure);
        Environment.Exit(failure.Code.Number);
    }
}
