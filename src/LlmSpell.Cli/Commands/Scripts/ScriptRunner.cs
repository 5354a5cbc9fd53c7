using LlmSpell.Cli.Commands.State;
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
    private readonly ScriptOptions _options;
    private readonly long _start;
    private LuaHost? _host;

    private ScriptRunner(CommandContext context, ScriptOptions options, ScriptSource source)
    {
        _context = context;
        _source = source;
        _start = context.Host.Clock.GetTimestamp();
        _options = options;
    }

    public static Task<ICommandResult> RunAsync(CommandContext context, ScriptOptions options, ScriptSource source) =>
        Task.FromResult<ICommandResult>(new ScriptRunner(context, options, source).Run());

    private ScriptResult Run()
    {
        // Until the host is closed, which runs finalizers.
        using CancellationTokenRegistration interruption = _context.Interrupt.UnsafeRegister(_ => _host?.Interrupt(), null);
        using var host = new LuaHost(ScriptHost.Options(_context, _options, WriteExit, EndUnstoppable));
        _host = host;
        _context.Output.Step($"script: {_source.Name} begins");
        if (_source.Path is { } path)
        {
            host.RunFile(path, _context.ScriptArguments);
        }
        else if (_source.IsInput)
        {
            host.RunSource(ReadInput(), _source.Name, _context.ScriptArguments);
        }
        else
        {
            host.RunString(_source.Text!, _source.Name, _context.ScriptArguments);
        }

        _context.Output.Step($"script: ended after {Quantities.Duration(_context.Host.Clock.GetElapsedTime(_start))}");
        return Result(ExitCodes.Done.Number);
    }

    // The script does not run yet, so its host has nothing to interrupt; and it must run on this thread.
    private byte[] ReadInput() => InputBytes.ReadAsync(_context, InputBytes.StandardInput, _context.Host.OpenInput, (input, _) =>
    {
        using MemoryStream code = new();
        input.CopyTo(code);
        return code.ToArray();
    }).GetAwaiter().GetResult();

    private ScriptResult Result(int exitCode) =>
        new(_source.Name, exitCode, _context.Host.Clock.GetElapsedTime(_start));

    private void WriteExit(int code)
    {
        if (_context.IsJson)
        {
            // Unix passes the lowest eight bits on.
            _context.Output.Write(Result(OperatingSystem.IsWindows() ? code : code & 0xFF));
        }
    }

    // Runs beside the script, which goes on until the process ends. So the store is left alone: what was saved is in it, and
    // its own recovery rolls the rest back.
    private void EndUnstoppable(LuaFailureKind reason)
    {
        var failure = new Failure(
            Failure.CodeOf(reason), $"{_source.Name}: {Words(reason)} and did not stop by itself, so the process was ended",
            "What it had saved stays saved; it was inside a function of C that Lua cannot interrupt.");
        try
        {
            // A reader that does not read must not hold up the end.
            Task.WaitAny([Task.Run(_host!.FlushOutput)], LongestFlush);
            _context.Output.Write(failure);
        }
        finally
        {
            Environment.Exit(failure.Code.Number);
        }
    }

    private static string Words(LuaFailureKind reason) => reason switch
    {
        LuaFailureKind.TimeLimit => "the script ran for longer than its limit",
        LuaFailureKind.InstructionLimit => "the script ran more instructions than its limit",
        _ => "the script was interrupted",
    };
}
