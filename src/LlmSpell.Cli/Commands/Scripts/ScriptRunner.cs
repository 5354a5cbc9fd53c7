using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.Lua;

namespace LlmSpell.Cli.Commands.Scripts;

/// <summary>Runs one script with the state of the configuration, to its end, to <c>os.exit</c>, or to Ctrl-C.</summary>
internal sealed class ScriptRunner
{
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(1);

    private readonly CommandContext _context;
    private readonly ScriptSource _source;
    private readonly long _start;

    private ScriptRunner(CommandContext context, ScriptSource source)
    {
        _context = context;
        _source = source;
        _start = context.Host.Clock.GetTimestamp();
    }

    public static Task<ICommandResult> RunAsync(CommandContext context, ScriptSource source) =>
        Task.FromResult<ICommandResult>(new ScriptRunner(context, source).Run());

    private ScriptResult Run()
    {
        using var host = new LuaHost(ScriptHost.Options(_context, WriteExit));
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

    private ScriptResult Result(int exitCode) =>
        new(_source.Name, exitCode, _context.Host.Clock.GetElapsedTime(_start));

    private void WriteExit(int code)
    {
        if (_context.IsJson)
        {
            _context.Output.Write(Result(code));
        }
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
