using LlmSpell.Cli.Configuration.Problems;

namespace LlmSpell.Cli.Tests.Configuration;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ab", "ba", 1)]
    [InlineData("ca", "abc", 3)]
    [InlineData("restore", "restroe", 1)]
    public void Edits_are_those_of_optimal_string_alignment(string from, string to, int edits)
    {
        Assert.Equal(edits, NearestName.Edits(from, to));
        Assert.Equal(edits, NearestName.Edits(to, from));
    }

    [Theory]
    [InlineData("--desc", "--description")]
    [InlineData("--dry", "--dry-run")]
    [InlineData("--yess", "--yes")]
    [InlineData("--yse", "--yes")]
    [InlineData("--lable", "--label")]
    [InlineData("--scop", "--scope")]
    public void What_has_lost_its_end_is_meant_rather_than_what_has_several_other_letters(string written, string meant)
    {
        Assert.Equal(meant, NearestName.Suggest(written, ["--yes", "--label", "--description", "--dry-run", "--scope"]));
    }

    [Fact]
    public void The_nearest_within_reach_is_found_and_nothing_beyond()
    {
        Assert.Equal("lz4", NearestName.Find("lz", ["zstd", "lz4", "none"], 2));
        Assert.Null(NearestName.Find("brotli", ["zstd", "lz4", "none"], 2));
    }
}
