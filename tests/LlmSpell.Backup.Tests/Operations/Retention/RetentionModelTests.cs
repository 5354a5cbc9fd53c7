namespace LlmSpell.Backup.Tests.Operations.Retention;

public sealed class RetentionModelTests(ITestOutputHelper output)
{
    [Fact]
    public void The_planner_decides_as_the_definitions_say_whatever_the_history_and_the_rules()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        HashSet<string> seen = [];
        for (int i = 0; i < 2_000; i++)
        {
            RandomHistory given = RandomHistory.Make(new Random(seed + i));

            RetentionPlan plan = RetentionPlanner.Plan(given.History, given.Options, given.Now, given.TrustClock);

            SortedDictionary<string, string> decided = new(StringComparer.Ordinal);
            foreach (RetentionDecision decision in plan.Decisions)
            {
                decided[decision.Backup.Id.Value] = (decision.Keep ? "" : "-") + string.Join(' ', decision.Rules.Select(rule => rule.Code()));
                seen.UnionWith(decision.Rules.Select(rule => rule.Code()));
            }

            SortedDictionary<string, string> expected = new NaiveRetention(given).Decide();
            Assert.True(
                expected.SequenceEqual(decided),
                $"seed {seed} + {i}, {given.Options}\nexpected {string.Join(", ", expected)}\nfound    {string.Join(", ", decided)}");
            Assert.Equal(given.History.Own.Reverse().Select(backup => backup.Id), plan.Decisions.Select(decision => decision.Backup.Id));
        }

        Assert.Equal(Enum.GetValues<RetentionRule>().Except([RetentionRule.NotAgreed, RetentionRule.NoWholeBackup]).Select(rule => rule.Code()).Order(), seen.Order());
    }
}
