using System.CommandLine;
using System.CommandLine.Parsing;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Configuration;
using LlmSpell.Lua;

namespace LlmSpell.Cli.Commands.Scripts;

/// <summary>What the command line says of a script's limits; it wins over the configuration.</summary>
internal sealed class ScriptOptions
{
    private const long SandboxMemory = 256L << 20;

    private delegate bool Parser<T>(string text, out T value);

    private readonly Option<TimeSpan?> _timeout = Limit<TimeSpan>("--timeout", "TIME", "End the script after this time, waits included, with exit code 124.", Amounts.TryTime, Amounts.Times);

    private readonly Option<long?> _memory = Limit<long>("--memory", "SIZE", "The memory that the script may hold; exit code 125 beyond.", TryMemory, $"{Amounts.Sizes}; at least 1M");

    private readonly Option<long?> _instructions = Limit<long>(
        "--instructions", "COUNT", "End the script after so many instructions of Lua's virtual machine, with exit code 124; makes it slower.",
        TryCount, "a whole number; 0 for no limit");

    private readonly Option<bool> _sandbox = Flag.Create(
        "Do not trust the script: no files, no processes, no bytecode, no debug library, at most 256M of memory. State stays.", "--sandbox");

    public void AddTo(Command command)
    {
        command.Add(_timeout);
        command.Add(_memory);
        command.Add(_instructions);
        command.Add(_sandbox);
    }

    /// <summary>The configuration as this command line changes it.</summary>
    public LuaConfiguration Over(LuaConfiguration configuration, CommandContext context)
    {
        bool sandbox = configuration.Sandbox || context.Value(_sandbox);
        ScriptLimits set = configuration.Limits;
        return configuration with
        {
            Sandbox = sandbox,
            Limits = new ScriptLimits(
                context.Value(_timeout) is { } time ? (time == TimeSpan.Zero ? null : time) : set.Time,
                context.Value(_memory) is { } bytes ? (bytes == 0 ? null : bytes) : set.MemoryBytes ?? (sandbox ? SandboxMemory : null),
                context.Value(_instructions) is { } count ? (count == 0 ? null : count) : set.Instructions),
        };
    }

    private static Option<T?> Limit<T>(string name, string value, string description, Parser<T> parse, string allowed)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = value,
            CustomParser = result => Read(result, name, parse, allowed),
        };

    private static T? Read<T>(ArgumentResult result, string name, Parser<T> parse, string allowed)
        where T : struct
    {
        string text = result.Tokens[^1].Value;
        if (parse(text, out T value))
        {
            return value;
        }

        result.AddError($"{name} is {allowed}; not '{text}'");
        return null;
    }

    private static bool TryMemory(string text, out long bytes) =>
        Amounts.TrySize(text, out bytes) && bytes is 0 or >= LuaHostOptions.MinMemoryLimit;

    private static bool TryCount(string text, out long count) =>
        long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out count);
}
