namespace LlmSpell.Backup.Tests.Operations;

public sealed class MergePlannerTests(ITestOutputHelper output)
{
    private const long Mib = 1 << 20;

    [Fact]
    public void Nothing_is_merged_while_layers_are_few_and_changes_small()
    {
        Assert.False(Plan([]).IsNeeded);
        Assert.False(Plan([100 * Mib]).IsNeeded);
        Assert.False(Plan([100 * Mib, 50 * Mib]).IsNeeded);
        MergePlan plan = Plan([100 * Mib, .. Enumerable.Repeat(Mib, 15)]);
        Assert.False(plan.IsNeeded);
        Assert.False(plan.IsWhole);
        Assert.Equal(16, plan.Kept.Count);
    }

    [Fact]
    public void Changes_over_half_the_base_are_merged_into_it()
    {
        MergePlan plan = Plan([100 * Mib, 30 * Mib, (20 * Mib) + 1]);
        Assert.True(plan.IsWhole);
        Assert.Equal(3, plan.Merged.Count);
        Assert.Empty(plan.Kept);
    }

    [Fact]
    public void Changes_of_up_to_one_block_never_count_as_too_many()
    {
        Assert.False(Plan([10, Mib / 2, Mib / 2]).IsNeeded);
        Assert.True(Plan([10, Mib / 2, (Mib / 2) + 1]).IsWhole);
    }

    [Fact]
    public void Too_many_layers_are_merged_from_the_newest_back_to_one_that_is_larger_than_they_are()
    {
        MergePlan plan = Plan([1000 * Mib, 90 * Mib, 20 * Mib, 7 * Mib, .. Enumerable.Repeat(Mib, 13)]);
        Assert.Equal([1000 * Mib, 90 * Mib, 20 * Mib], plan.Kept.Select(static layer => layer.RawBytes));
        Assert.Equal(14, plan.Merged.Count);
        Assert.False(plan.IsWhole);
    }

    [Fact]
    public void At_least_half_as_many_as_there_may_be_are_merged()
    {
        MergePlan plan = Plan([1000 * Mib, .. Enumerable.Repeat(20 * Mib, 15), 1]);
        Assert.Equal(16, plan.Merged.Count);
        Assert.Single(plan.Kept);
        plan = Plan([1000 * Mib, .. Enumerable.Range(1, 16).Select(static i => 16 * Mib >> i)]);
        Assert.Equal(8, plan.Merged.Count);
    }

    [Fact]
    public void Layers_of_which_none_is_larger_than_those_after_it_are_merged_all_but_the_base()
    {
        MergePlan plan = Plan([1000 * Mib, .. Enumerable.Repeat(Mib, 16)]);
        Assert.Equal(16, plan.Merged.Count);
        Assert.Equal(1000 * Mib, Assert.Single(plan.Kept).RawBytes);
    }

    [Fact]
    public void Tombstones_that_may_have_emptied_a_third_of_the_base_let_it_be_merged_too()
    {
        ManifestLayer[] layers = [Layer(1000 * Mib, 300), .. Enumerable.Range(0, 16).Select(static _ => Layer(1000, 10, tombstones: 6))];
        Assert.False(Plan(layers).IsWhole);
        layers[16] = Layer(1000, 20, tombstones: 11);
        Assert.True(Plan(layers).IsWhole);
        Assert.False(Plan(layers[..16]).IsNeeded);
    }

    [Fact]
    public void A_base_of_which_more_than_a_third_was_deleted_is_merged_at_once()
    {
        ManifestLayer[] layers = [Layer(90 * Mib, 300), Layer(1000, 101, tombstones: 101)];
        Assert.False(Plan(layers, entries: 201).IsNeeded);
        Assert.True(Plan(layers, entries: 199).IsWhole);
        Assert.True(Plan(layers, entries: 0).IsWhole);
        layers[1] = Layer(16 * Mib, 300, tombstones: 50);
        Assert.False(Plan(layers, entries: 300).IsNeeded);
        Assert.True(Plan(layers, entries: 230).IsWhole);
        layers[0] = Layer(Mib / 2, 300);
        layers[1] = Layer(1000, 300, tombstones: 300);
        Assert.False(Plan(layers, entries: 0).IsNeeded);
    }

    [Fact]
    public void What_is_dead_in_the_base_lets_it_be_merged_and_what_is_only_overridden_in_newer_layers_does_not()
    {
        ManifestLayer[] layers = [Layer(90 * Mib, 300), Layer(20 * Mib, 10), Layer(20 * Mib, 10)];
        Assert.False(Plan(layers, Weights(default, default)).IsNeeded);
        Assert.False(Plan(layers, Weights(new(20 * Mib, 0), new(23 * Mib, 0))).IsNeeded);
        Assert.True(Plan(layers, Weights(new(20 * Mib, 0), new(24 * Mib, 0))).IsWhole);
        Assert.True(Plan(layers, Weights(default, new(0, 44 * Mib))).IsWhole);
        Assert.Equal(layers[..1], Plan(layers, Weights(new(0, 44 * Mib), default)).Kept);
        Assert.Equal(layers[..1], Plan(layers, Weights(new(0, 44 * Mib), new(0, 17 * Mib))).Kept);
        Assert.True(Plan(layers, Weights(new(0, 44 * Mib), new(0, 18 * Mib))).IsWhole);

        MergePlan Plan(ManifestLayer[] of, ChangeWeights weights) => MergePlanner.Plan(of, 300, MergeLimits.Default, weights);

        ChangeWeights Weights(LayerWeight overridden, LayerWeight dead) => new()
        {
            All = LayerWeight.Of(layers),
            Overridden = overridden,
            Tombstones = default,
            Dead = dead,
            MostDead = dead,
            Touched = dead,
        };
    }

    [Theory]
    [InlineData(17)]
    [InlineData(40)]
    [InlineData(64)]
    public void However_many_layers_another_program_made_no_more_than_the_limit_are_left(int count)
    {
        MergePlan plan = Plan([1000 * Mib, .. Enumerable.Range(1, count - 1).Select(i => 10_000L * (count - i))]);
        Assert.InRange(plan.Kept.Count + 1, 2, 16);
    }

    [Fact]
    public void Random_chains_stay_within_the_limits_and_what_is_written_stays_in_proportion_to_the_changes()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        for (int round = 0; round < 60; round++)
        {
            MergeLimits limits = round % 2 == 0
                ? MergeLimits.Default
                : new MergeLimits { MaxLayers = random.Next(2, 20), NegligibleBytes = random.Next(1000) };
            long state = random.NextInt64(1, 1000) << random.Next(24);
            long largest = Math.Max(2, state >> random.Next(12));
            List<ManifestLayer> layers = [Layer(state, state / 100)];
            long changes = 0;
            long written = 0;
            for (int backup = 0; backup < 1000; backup++)
            {
                ManifestLayer change = Layer(random.NextInt64(1, largest), 1);
                changes += change.RawBytes;
                MergePlan plan = MergePlanner.Plan([.. layers, change], layers[0].Records, limits);
                Assert.Equal([.. layers, change], [.. plan.Kept, .. plan.Merged]);
                Assert.NotEqual(1, plan.Merged.Count);
                layers = [.. plan.Kept];
                if (plan.IsNeeded)
                {
                    // Changes to keys that the base has: merged into it they add nothing to it.
                    ManifestLayer merged = plan.IsWhole ? Layer(state, state / 100) : Layer(plan.Merged.Sum(static layer => layer.RawBytes), 1);
                    written += merged.RawBytes;
                    layers.Add(merged);
                }

                long changed = layers.Skip(1).Sum(static layer => layer.RawBytes);
                Assert.InRange(layers.Count, 1, limits.MaxLayers);
                Assert.True(changed <= Math.Max(limits.NegligibleBytes, layers[0].RawBytes / 2), $"{changed} on {layers[0].RawBytes}");
            }

            // Below the floor a base is rewritten for nothing but its size, and with few layers each change is merged more often.
            if (limits == MergeLimits.Default)
            {
                Assert.True(written <= 8 * changes, $"round {round}: {written} bytes were written for {changes} of changes on {state}");
            }
        }
    }

    private static MergePlan Plan(IReadOnlyList<long> sizes) => Plan([.. sizes.Select(static size => Layer(size, Math.Max(1, size / 100)))]);

    private static MergePlan Plan(ManifestLayer[] layers, long? entries = null) =>
        MergePlanner.Plan(layers, entries ?? layers.FirstOrDefault()?.Records ?? 0, MergeLimits.Default);

    private static ManifestLayer Layer(long rawBytes, long records, long tombstones = 0) => new()
    {
        Id = LayerId.New(),
        CreatedBy = TestLayers.Backup,
        Codec = LayerCodec.Zstd,
        DataBytes = rawBytes,
        DataSha256 = "",
        IndexBytes = 1,
        IndexSha256 = "",
        RawBytes = rawBytes,
        Records = records,
        Tombstones = tombstones,
        Blocks = 1,
    };
}
