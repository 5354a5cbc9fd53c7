using LlmSpell.Cli.Commands.Parsing;

namespace LlmSpell.Cli.Tests.Commands;

public sealed class ScriptArgumentsTests
{
    [Theory]
    [InlineData("run s.lua", "run s.lua", "")]
    [InlineData("run s.lua -c x --help -- --version", "run s.lua", "-c x --help -- --version")]
    [InlineData("-c run run s.lua run", "-c run run s.lua", "run")]
    [InlineData("--config=run run s.lua -c", "--config=run run s.lua", "-c")]
    [InlineData("run --output json s.lua --output text", "run --output json s.lua", "--output text")]
    [InlineData("-y run s.lua -y", "-y run s.lua", "-y")]
    [InlineData("run -- -s.lua -x", "run -- -s.lua", "-x")]
    [InlineData("run - a", "run -", "a")]
    [InlineData("exec print(...) --yes", "exec print(...)", "--yes")]
    [InlineData("state get run s.lua", "state get run s.lua", "")]
    [InlineData("run", "run", "")]
    [InlineData("run --", "run --", "")]
    [InlineData("", "", "")]
    public void What_follows_the_script_is_the_scripts(string line, string own, string script)
    {
        (IReadOnlyList<string> before, IReadOnlyList<string> after) = ScriptArguments.Split(new CommandTree(), Words(line));

        Assert.Equal(Words(own), before);
        Assert.Equal(Words(script), after);
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
