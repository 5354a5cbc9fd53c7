namespace LlmSpell.Backup.Tests.Layers;

public sealed class LargeArraysTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public void An_array_that_was_given_back_is_given_takenagain_for_like_lengths()
    {
        LargeArrays arrays = new(maxKeptBytes: 16 * MiB);
        byte[] array = arrays.Rent((3 * MiB) + 5);
        Assert.Equal(4 * MiB, array.Length);
        arrays.Return(array);

        byte[] shorter = arrays.Rent((2 * MiB) + 1);

        Assert.Same(array, shorter);
        Assert.Equal(0, arrays.KeptBytes);
    }

    [Theory]
    [InlineData(4 * MiB, (4 * MiB) + 1)]
    [InlineData(4 * MiB, 2 * MiB)]
    public void An_array_that_is_too_short_or_twice_as_long_stays(int kept, int length)
    {
        LargeArrays arrays = new(maxKeptBytes: 16 * MiB);
        byte[] array = arrays.Rent(kept);
        arrays.Return(array);

        byte[] another = arrays.Rent(length);

        Assert.NotSame(array, another);
        Assert.True(another.Length >= length);
        Assert.Equal(kept, arrays.KeptBytes);
    }

    [Fact]
    public void The_shortest_array_that_is_long_enough_is_taken()
    {
        LargeArrays arrays = new(maxKeptBytes: 16 * MiB);
        byte[] four = arrays.Rent(4 * MiB);
        byte[] three = arrays.Rent(3 * MiB);
        arrays.Return(four);
        arrays.Return(three);

        Assert.Same(three, arrays.Rent((2 * MiB) + 1));
    }

    [Fact]
    public void No_more_is_kept_than_was_said_and_the_newest_stay()
    {
        LargeArrays arrays = new(maxKeptBytes: 8 * MiB);
        byte[][] all = [.. Enumerable.Range(0, 4).Select(_ => arrays.Rent(3 * MiB))];
        foreach (byte[] array in all)
        {
            arrays.Return(array);
        }

        arrays.Return(arrays.Rent(9 * MiB));

        Assert.Equal(6 * MiB, arrays.KeptBytes);
        Assert.Equal(all[2..], [arrays.Rent(3 * MiB), arrays.Rent(3 * MiB)]);
    }

    [Fact]
    public void Any_sequence_keeps_the_sum_and_gives_no_array_to_two()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        LargeArrays arrays = new(maxKeptBytes: 24 * MiB);
        HashSet<byte[]> taken = [];
        for (int step = 0; step < 2_000; step++)
        {
            if (taken.Count < 6 && random.Next(2) == 0)
            {
                int length = random.Next((2 * MiB) + 1, 12 * MiB);
                byte[] array = arrays.Rent(length);
                Assert.True(array.Length >= length, $"seed {seed}, step {step}");
                Assert.True(taken.Add(array), $"seed {seed}, step {step}: one that somebody has");
            }
            else if (taken.Count > 0)
            {
                byte[] array = taken.ElementAt(random.Next(taken.Count));
                taken.Remove(array);
                arrays.Return(array);
            }

            Assert.InRange(arrays.KeptBytes, 0, 24 * MiB);
        }
    }
}
